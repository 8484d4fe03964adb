import { besideChild } from '../child/beside.ts';
import { startChild } from '../child/run.ts';
import type { Context } from '../context.ts';
import { parseDurationMs } from '../duration.ts';
import { asWarning, type Warning } from '../errors.ts';
import { problemLines, reportWarnings } from '../report/messages/warnings.ts';
import { bareShape, bareSplit } from './bareSplit.ts';
import type { Split } from './split.ts';

/** Why nothing is recorded: what was thrown when a part of deploytrack was loaded; null if DEPLOYTRACK_DISABLED=1 asks for it. */
type Why = unknown;

/**
 * argv -> exit code with nothing but the entry: a wrapped command runs as without us, nothing is recorded. A warning
 * reports `why`; then `start` prints `none`, commands that only record exit 0 (1 with `--strict`), and reading commands
 * exit 1.
 */
export async function runBare(
  argv: readonly string[],
  { context, why }: { context: Context; why: Why },
): Promise<number> {
  const asked = bareSplit(argv, { anyWord: why === null });
  const { name, own, wrapped } = asked;
  if (name === 'start') context.stdout.write('none\n');
  const code = why === null ? 0 : codeOf(context, asked);
  if (why !== null) report(asWarning(why), { context, asked });
  const insists = why !== null && name === 'run' && mayRefuse(context, own);
  const wraps = name === null ? why === null : bareShape(name)?.wraps === true;
  if (wrapped.length > 0 && wraps && !insists) return runCommand(asked, { context, why, code });
  const given = lastOf(own, 'on-exit');
  return given === null ? code : Number(given) || 0;
}

/** A warning, which the settings may send elsewhere; an error on stderr for a command whose output is missing. */
function report(why: Warning, { context, asked: { name, own } }: { context: Context; asked: Split }): void {
  if (name === null) {
    context.stderr.write(problemLines(why, 'error'));
    return;
  }
  const target = lastOf(own, 'warnings') ?? context.env.DEPLOYTRACK_WARNINGS;
  const warning = { ...why, message: `${why.message}; nothing was recorded` };
  reportWarnings(context, { warnings: [warning], target: target || 'stderr' });
}

function runCommand(
  { name, own, wrapped }: Split,
  { context, why, code }: { context: Context; why: Why; code: number },
): Promise<number> {
  const [command = '', ...args] = wrapped;
  const limit = why !== null && bareShape(name)?.flags.includes('try') ? lastOf(own, 'timeout') : null;
  const timeoutMs = limit === null ? null : parseDurationMs(limit);
  const id = why === null || name !== 'run' || context.env.DEPLOYTRACK_ID ? {} : { DEPLOYTRACK_ID: 'none' };
  const child = startChild(context, {
    command,
    args,
    env: { ...context.env, ...id },
    ...(timeoutMs === null ? {} : { timeoutMs }),
  });
  return besideChild(context, { child, work: async () => code, failed: () => code });
}

/** The code if nothing could be recorded: 0 or, with `--strict`, 1; also 1 for commands whose output is the purpose. */
function codeOf(context: Context, { name, own }: Split): number {
  const { env } = context;
  const isStrict = own.includes('--strict') || /^(1|true)$/i.test(env.DEPLOYTRACK_STRICT ?? '');
  const isRollback = name === 'rollback' || name === 'rollback end';
  const answers = name === null || name === 'health' || (isRollback && lastOf(own, 'health') !== null);
  return isStrict || answers || (!isRollback && mayRefuse(context, own)) ? 1 : 0;
}

/** These options refuse to start in some cases. If that cannot be checked, the start is refused. A rollback passes a gate. */
function mayRefuse({ env }: Context, own: readonly string[]): boolean {
  const has = (name: string) => own.some((part) => part === `--${name}` || part.startsWith(`--${name}=`));
  if (has('exclusive')) return true;
  if (!has('gate')) return false;
  const passes = ['hotfix', 'rollback-of'].some((name) => (lastOf(own, name) ?? '').trim() !== '');
  return !passes && env.DEPLOYTRACK_ON_ERROR !== 'pass';
}

/** The last value given for an option; null if it is missing. */
function lastOf(own: readonly string[], name: string): string | null {
  const found = own.findLastIndex((part) => part === `--${name}` || part.startsWith(`--${name}=`));
  const part = own[found];
  if (part === undefined) return null;
  return part === `--${name}` ? (own[found + 1] ?? null) : part.slice(name.length + 3);
}
