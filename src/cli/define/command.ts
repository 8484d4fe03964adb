import type { Options, SettingNames, Values } from './option.ts';

/** How a command is run and what happens around it. */
export interface Policy {
  /** How an invalid value in the environment or the settings file is reported. */
  readonly onWrongSetting: 'warn' | 'usage-error';
  /** With DEPLOYTRACK_DISABLED=1: the command is skipped, or it runs. */
  readonly onDisabled: 'skip' | 'run';
  /** If output cannot be written: a warning for commands that record, a failure for commands that print. */
  readonly onLostOutput: 'warn' | 'fail';
  /** Reached by the fast parser, without commander. */
  readonly fast: boolean;
  /**
   * Runs another command: options end at `--` or at the first argument of that command. `after-dashes`: only after
   * `--`.
   */
  readonly wraps: boolean | 'after-dashes';
  /** Migrates an older ledger. */
  readonly migrates: boolean;
  /** `begins`: creates the host's folder; `looks`: creates nothing; `uses`: creates a file in an existing folder. */
  readonly ledger: 'begins' | 'uses' | 'looks';
  /** Keeps its connection to the ledger for as long as it runs. */
  readonly staysOpen: boolean;
  /** How long it may take for pushing: `sendBudgetMs`. */
  readonly sends: 'never' | 'mark' | 'bracket' | 'push';
}

/** The group of a command in the help. */
export type Group = 'script' | 'look' | 'set up';

/**
 * The record of a command without its code: data, which the build writes into the tables of the parsers and of help.
 */
export interface CommandData {
  /** `phase end`: at most two words. */
  readonly name: string;
  /** Imperative, lower case, no full stop. */
  readonly summary: string;
  readonly group: Group;
  /** The command that it follows in help; without one it stands at the beginning of its group. */
  readonly after?: string;
  /** Two command lines. */
  readonly examples: readonly [string, string];
  readonly args: Options;
  readonly options: Options;
  /** The settings that this command uses; those that not every command accepts are accepted here. */
  readonly settings: SettingNames;
  /** The meaning of exit codes, except for 2. */
  readonly exits: Readonly<Record<string, string>>;
  /** The phase that it times, if its name is not an argument. */
  readonly phase?: string;
  /** The wrapped command may be missing. */
  readonly wrappedOptional?: true;
  readonly hidden?: true;
  readonly policy: Policy;
}

/** What `run` gets besides the session. */
export type Input<Args, Own> = Values<Args> & Values<Own> & { readonly wrapped: readonly string[] };

/** A command as its file exports it; `Session` is what it works with. */
export interface Command<Session> extends CommandData {
  /** The exit code. Throws a usage error. */
  run(session: Session, input: Readonly<Record<string, unknown>>): Promise<number>;
}

/** A record as it is written: missing fields get the most common value. */
export interface Definition<Session, Args extends Options, Own extends Options>
  extends Omit<CommandData, 'args' | 'options' | 'policy' | 'settings'> {
  readonly args?: Args;
  readonly options?: Own;
  readonly settings?: SettingNames;
  readonly policy: Partial<Policy> & Pick<Policy, 'onWrongSetting'>;
  readonly run: (session: Session, input: Input<Args, Own>) => Promise<number>;
}

/** Creates a command from its record. `run` sees only what the record declares. */
export function defineCommand<
  Session,
  const Args extends Options = Record<never, never>,
  const Own extends Options = Record<never, never>,
>({ args, options, settings = [], policy, run, ...data }: Definition<Session, Args, Own>): Command<Session> {
  return {
    ...data,
    args: args ?? {},
    options: options ?? {},
    settings,
    policy: {
      onDisabled: 'skip',
      onLostOutput: policy.onWrongSetting === 'warn' ? 'warn' : 'fail',
      fast: false,
      wraps: false,
      migrates: false,
      ledger: 'uses',
      staysOpen: false,
      sends: 'never',
      ...policy,
    },
    run: run as Command<Session>['run'],
  };
}
