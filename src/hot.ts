import type { RunningChild } from './child/run.ts';
import type { Context } from './context.ts';
import type { DeploytrackError } from './errors.ts';
import type { Versioned } from './installation.ts';
import { sayError, sayUnrecorded } from './report/sayError.ts';
import type { Cold } from './session.ts';
import { hasSettingsFile } from './settings/file.ts';
import { hotWords, parseHotWords } from './words/hotWords.ts';
import type { Invocation } from './words/invocation.ts';
import { readWrapPlan, type WrapPlan } from './words/wrapPlan.ts';

/** The bundle of the marks: all that stands between a script's steps and the ledger. Loaded beside the wrapped command. */
export interface Marks extends Versioned {
  /** `phase start`, `phase end`; and a wrapped phase that cannot begin at once. */
  runMark(invocation: Invocation, parts: { context: Context; cold: () => Cold }): Promise<number>;
  /** Records a wrapped command that runs already; the exit code where it ends with 0. */
  recordWrapped(
    invocation: Invocation,
    parts: {
      context: Context;
      cold: () => Cold;
      plan: WrapPlan;
      child: RunningChild;
      recorded: (code: number) => void;
    },
  ): Promise<number>;
}

/** The other bundles, each loaded at its first call. */
export interface Parts {
  readonly context: Context;
  readonly marks: () => Marks;
  readonly cold: () => Cold;
}

/**
 * argv -> exit code. A wrapped command starts here, before anything else is loaded; the rest is answered by the bundles.
 * Where one of them cannot be loaded, what was to be wrapped runs nevertheless, once.
 */
export async function main(argv: readonly string[], { context, marks, cold }: Parts): Promise<number> {
  // The way out for whoever is in trouble: it depends on this file alone, and refuses nothing.
  const isDisabled = context.env.DEPLOYTRACK_DISABLED === '1';
  const invocation = isDisabled ? null : parseHotWords(argv);
  if (isDisabled) {
    const { onlyTells } = await import('./words/bareSplit.ts');
    const { runBare } = await import('./bare.ts');
    if (!onlyTells(argv)) return runBare(argv, { context, why: null });
  }
  try {
    if (invocation === null) return await loaded(cold).main(argv, context);
    const isWrapped = hotWords[invocation.word]?.wraps === true;
    return isWrapped && mayStartAtOnce(invocation, context)
      ? await wrapAtOnce(invocation, { context, marks, cold })
      : await loaded(marks).runMark(invocation, { context, cold });
  } catch (error) {
    if (!(error instanceof NotLoaded)) return sayError(error, context);
    const { runBare } = await import('./bare.ts');
    return runBare(argv, { context, why: isDisabled ? null : error.why });
  }
}

/** A bundle that the whole word needs is not to be had: nothing was begun. */
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
  return (
    Object.keys(options).every((name) => harmless.includes(name)) &&
    context.env.DEPLOYTRACK_STRICT === undefined &&
    !hasSettingsFile(context)
  );
}

async function wrapAtOnce(invocation: Invocation, { context, marks, cold }: Parts): Promise<number> {
  const plan = readWrapPlan(invocation);
  const { startChild } = await import('./child/run.ts');
  const { besideChild } = await import('./child/beside.ts');
  const [command = '', ...args] = plan.command;
  const child = startChild(context, {
    command,
    args,
    env: context.env,
    ...(plan.timeoutMs === null ? {} : { timeoutMs: plan.timeoutMs }),
  });
  return besideChild(context, {
    child,
    work: async (recorded) => marks().recordWrapped(invocation, { context, cold, plan, child, recorded }),
    failed: (error) => {
      sayUnrecorded(error, context);
      return 0;
    },
  });
}
