import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { isFreeText } from '../../model.ts';
import { type CheckInput, type HealthPlan, readCheckedPlan } from '../../probe/verification/healthPlan.ts';
import { redact } from '../../redact.ts';
import type { Session } from '../../session.ts';
import { typedPath } from '../../text/shellArgument.ts';

/** A command as `spawn` gets it. */
export interface ShellCall {
  readonly command: string;
  readonly args: readonly string[];
}

export interface SmokeCommand {
  readonly test: string;
  readonly call: ShellCall;
}

/** How the version that goes back is brought back. */
export interface RollbackOrder {
  readonly call: ShellCall;
  /** As it was given, without its secrets. */
  readonly shown: string;
  readonly timeoutMs: number | null;
  readonly confirm: boolean;
}

/** What `verify`, and `run` after its script, check, and what is done if one of the checks fails. */
export interface VerifyPlan {
  readonly health: HealthPlan | null;
  readonly smokes: readonly SmokeCommand[];
  readonly rollback: RollbackOrder | null;
}

/** The given options of a rollback. */
export interface RollbackInput {
  readonly rollback: string | null;
  readonly rollbackTimeoutMs: number | null;
  readonly confirm: boolean;
  readonly dryRun: boolean;
}

/** The given options of the checks. */
export interface VerifyInput extends Omit<CheckInput, 'allowFailure'>, RollbackInput {
  readonly url: string | null;
  readonly smoke: readonly string[];
  readonly watchMs: number | null;
  readonly minSuccess: number;
}

/** Reads and checks all options before anything runs. Throws a usage error. */
export async function readVerifyPlan(session: Session, said: VerifyInput): Promise<VerifyPlan> {
  const { context } = session;
  const { name } = session.command;
  if (said.watchMs !== null && said.url === null)
    throw usageError(`${name}: --watch needs a URL to check`, howToCheck(name));
  const smokes = said.smoke.map((text) => smokeCommand(context, text));
  const health =
    said.url === null
      ? null
      : await readCheckedPlan(session, { ...said, url: said.url, wrapped: [], allowFailure: false });
  return { health, smokes, rollback: readOrder(context, said) };
}

function howToCheck(name: string): string {
  return name === 'run' ? 'use --health <url>' : 'run `deploytrack verify http://localhost:8080/health`';
}

/** `login=curl -fsS http://localhost/login`. */
function smokeCommand(context: Context, text: string): SmokeCommand {
  const at = text.indexOf('=');
  const [test, command] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()];
  if (at > 0 && isFreeText(test) && command !== '') return { test, call: shellCall(context, command) };
  throw usageError(
    `invalid smoke test ${JSON.stringify(text)} for --smoke; expected <test>=<command>`,
    "use for example --smoke 'login=curl -fsS http://localhost:8080/login'",
  );
}

function readOrder(context: Context, said: RollbackInput): RollbackOrder | null {
  const { rollback, confirm, rollbackTimeoutMs: timeoutMs } = said;
  if (rollback === null) {
    const alone = confirm ? '--confirm' : said.dryRun ? '--dry-run' : null;
    if (alone !== null || timeoutMs !== null)
      throw usageError(
        `${alone ?? '--rollback-timeout'} can only be used with --rollback`,
        'use --rollback <command> or --rollback @<file>',
      );
    return null;
  }
  const isFile = rollback.startsWith('@');
  const text = (isFile ? rollback.slice(1) : rollback).trim();
  if (text === '')
    throw usageError(
      'invalid command for --rollback; expected a command, or @<file>',
      'use for example --rollback \'./switch.sh "$DEPLOYTRACK_PREVIOUS_VERSION"\'',
    );
  const call = isFile ? fileCall(resolve(context.cwd, text)) : shellCall(context, text);
  return { call, shown: redact(rollback), timeoutMs, confirm };
}

/** Checked now: a wrong name would be noticed when the file is needed for the first time. */
function fileCall(command: string): ShellCall {
  try {
    accessSync(command, constants.X_OK);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw usageError(
      `invalid file ${JSON.stringify(command)} for --rollback; expected a file that ${isMissing ? 'exists' : 'can be executed'}`,
      isMissing
        ? 'create that file, or name another one with --rollback @<file>'
        : `run \`chmod +x ${typedPath(command)}\``,
    );
  }
  return { command, args: [] };
}

/** One argument of ours is a command line of the shell. */
function shellCall({ platform, env }: Context, text: string): ShellCall {
  return platform === 'win32'
    ? { command: env.ComSpec ?? 'cmd.exe', args: ['/d', '/s', '/c', text] }
    : { command: 'sh', args: ['-c', text] };
}
