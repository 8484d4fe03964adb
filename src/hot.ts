import type { RunningChild } from './child/run.ts';
import type { Context } from './context.ts';
import { isDeploymentId } from './model.ts';
import type { Cold } from './session.ts';
import { hasSettingsFile } from './settings/file.ts';
import { hotWords, parseHotWords } from './words/hotWords.ts';
import type { Invocation } from './words/invocation.ts';
import { readWrapPlan, type WrapPlan } from './words/wrapPlan.ts';

/** The bundle of the marks: all that stands between a script's steps and the ledger. Loaded beside the wrapped command. */
export interface Marks {
  /** `phase start`, `phase end`; and a wrapped phase that cannot begin at once. */
  runMark(invocation: Invocation, parts: { context: Context; cold: () => Cold }): Promise<number>;
  /** Records a wrapped command that runs already; the exit code where it ends with 0. */
  recordWrapped(
    invocation: Invocation,
    parts: { context: Context; cold: () => Cold; plan: WrapPlan; child: RunningChild },
  ): Promise<number>;
  /** One line on stderr, and the exit code that the error means. */
  sayError(error: unknown, context: Context): number;
}

/** The other bundles, each loaded at its first call. */
export interface Parts {
  readonly context: Context;
  readonly marks: () => Marks;
  readonly cold: () => Cold;
}

/** argv -> exit code. A wrapped command starts here, before anything else is loaded; the rest is answered by the bundles. */
export async function main(argv: readonly string[], { context, marks, cold }: Parts): Promise<number> {
  const invocation = parseHotWords(argv);
  if (invocation === null || context.env.DEPLOYTRACK_DISABLED === '1') return cold().main(argv, context);
  try {
    const isWrapped = hotWords[invocation.word]?.wraps === true;
    return isWrapped && mayStartAtOnce(invocation, context)
      ? await wrapAtOnce(invocation, { context, marks, cold })
      : await marks().runMark(invocation, { context, cold });
  } catch (error) {
    return marks().sayError(error, context);
  }
}

/** Options that can be wrong, or want something before the command runs, are looked at first. */
function mayStartAtOnce({ options }: Invocation, context: Context): boolean {
  const harmless = [
    'id',
    'allow-failure',
    'try',
    'artifact',
    'count-file',
    'database-file',
    'timeout',
    'count',
    'download-seconds',
  ];
  const mayBeId = typeof options.id !== 'string' || options.id === 'none' || isDeploymentId(options.id);
  return (
    mayBeId &&
    Object.keys(options).every((name) => harmless.includes(name)) &&
    context.env.DEPLOYTRACK_STRICT === undefined &&
    !hasSettingsFile(context)
  );
}

async function wrapAtOnce(invocation: Invocation, { context, marks, cold }: Parts): Promise<number> {
  const plan = readWrapPlan(invocation);
  const { startChild } = await import('./child/run.ts');
  const [command = '', ...args] = plan.command;
  const child = startChild(context, {
    command,
    args,
    env: context.env,
    ...(plan.timeoutMs === null ? {} : { timeoutMs: plan.timeoutMs }),
  });
  let code: number;
  try {
    code = await marks().recordWrapped(invocation, { context, cold, plan, child });
  } catch (error) {
    marks().sayError(error, context);
    code = 0;
  }
  const end = await child.ended;
  if (end.shellCode === 0) return code;
  const { leaveLike } = await import('./child/leave.ts');
  return leaveLike(context, end);
}
