import type { RunningChild } from '../child/run.ts';
import type { Context } from '../context.ts';
import type { DeploytrackError } from '../errors.ts';
import type { Versioned } from '../installation.ts';
import { readWrapPlan, type WrapInput, type WrapPlan } from '../phases/wrapPlan.ts';
import { printError, printUnrecorded } from '../report/messages/printError.ts';
import type { Cold } from '../session.ts';
import { hasSettingsFile } from '../settings/file.ts';
import type { Grammar } from './define/grammar.ts';
import { optionName } from './define/option.ts';
import type { Parsed } from './define/parsed.ts';
import { readInput } from './define/readInput.ts';
import { fastParse } from './fastParse.ts';

/** The result of `fastParse`. */
export type Found = Parsed & { readonly command: Grammar };

/**
 * The bundle of the marks: everything between a script's steps and the ledger. Loaded while the wrapped command runs.
 */
export interface Marks extends Versioned {
  /** Runs `phase start` and `phase end`, and a wrapped phase that cannot start at once. */
  runMark(parsed: Parsed, parts: { context: Context; cold: () => Cold }): Promise<number>;
  /** Records a wrapped command that is already running; returns the exit code to use if it ends with 0. */
  recordWrapped(
    parsed: Found,
    parts: {
      context: Context;
      cold: () => Cold;
      plan: WrapPlan;
      child: RunningChild;
      recorded: (code: number) => void;
    },
  ): Promise<number>;
}

/** The other bundles, each loaded on its first call. */
export interface Parts {
  readonly context: Context;
  readonly marks: () => Marks;
  readonly cold: () => Cold;
}

/**
 * argv -> exit code. A wrapped command starts here, before anything else is loaded; the bundles handle the rest. If one
 * of them cannot be loaded, the wrapped command runs anyway, once.
 */
export async function main(argv: readonly string[], { context, marks, cold }: Parts): Promise<number> {
  // The emergency exit: it depends on this bundle only, and rejects nothing.
  const isDisabled = context.env.DEPLOYTRACK_DISABLED === '1';
  const parsed = isDisabled ? null : fastParse(argv);
  if (isDisabled) {
    const { onlyTells } = await import('./bareSplit.ts');
    if (!onlyTells(argv)) {
      const { runBare } = await import('./bare.ts');
      return runBare(argv, { context, why: null });
    }
  }
  try {
    if (parsed === null) return await loaded(cold).main(argv, context);
    return parsed.command.policy.wraps === true && mayStartAtOnce(parsed, context)
      ? await wrapAtOnce(parsed, { context, marks, cold })
      : await loaded(marks).runMark(parsed, { context, cold });
  } catch (error) {
    if (!(error instanceof NotLoaded)) return printError(error, context);
    const { runBare } = await import('./bare.ts');
    return runBare(argv, { context, why: error.why }); // a reading command fails even if disabled: no output is not an answer
  }
}

/** A bundle that the whole command needs cannot be loaded; nothing was started. */
class NotLoaded {
  constructor(readonly why: DeploytrackError) {}
}

function loaded<Bundle>(load: () => Bundle): Bundle {
  try {
    return load();
  } catch (why) {
    throw new NotLoaded(why as DeploytrackError);
  }
}

/** Options that need something to be read or prepared before the command runs are checked first. */
function mayStartAtOnce({ options, command }: Found, context: Context): boolean {
  const own = Object.entries(command.options);
  const harmless = own.filter(([, data]) => data.startsAtOnce === true);
  const names = ['id', ...harmless.map(([key]) => optionName(key))];
  return (
    Object.keys(options).every((name) => names.includes(name)) &&
    !own.some(([, { variable = '' }]) => (context.env[variable] ?? '') !== '') &&
    context.env.DEPLOYTRACK_STRICT === undefined &&
    !hasSettingsFile(context)
  );
}

async function wrapAtOnce(parsed: Found, { context, marks, cold }: Parts): Promise<number> {
  // Only commands with a plan start at once.
  const input = readInput(parsed.command, parsed) as unknown as WrapInput;
  const plan = readWrapPlan(parsed.command, input);
  const { startChild } = await import('../child/run.ts');
  const { besideChild } = await import('../child/beside.ts');
  const [command = '', ...args] = plan.command;
  const child = startChild(context, {
    command,
    args,
    env: context.env,
    ...(plan.timeoutMs === null ? {} : { timeoutMs: plan.timeoutMs }),
  });
  return besideChild(context, {
    child,
    work: async (recorded) => marks().recordWrapped(parsed, { context, cold, plan, child, recorded }),
    failed: (error) => {
      printUnrecorded(error, context);
      return 0;
    },
  });
}
