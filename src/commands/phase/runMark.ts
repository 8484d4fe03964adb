import type { RunningChild } from '../../child/run.ts';
import type { Context } from '../../context.ts';
import type { Cold } from '../../session.ts';
import type { Invocation } from '../../words/invocation.ts';
import type { WrapPlan } from '../../words/wrapPlan.ts';
import { openSession } from '../openSession.ts';
import { phaseEnd } from './phaseEnd.ts';
import { phaseStart } from './phaseStart.ts';
import { recordPhase } from './recordPhase.ts';
import { smokeElsewhere } from './smokeElsewhere.ts';

/** `phase start`, `phase end`, or a wrapped phase that looks before it runs. Throws usage errors. */
export async function runMark(
  invocation: Invocation,
  { context, cold }: { context: Context; cold: () => Cold },
): Promise<number> {
  const session = openSession(context, { invocation, cold });
  if (invocation.word === 'phase start') return phaseStart(session, invocation);
  if (invocation.word === 'phase end') return phaseEnd(session, invocation);
  if (invocation.word === 'smoke' && invocation.command.length === 0)
    return smokeElsewhere(session, invocation);
  const { wrapPhase } = await import('./wrapPhase.ts');
  return wrapPhase(session, invocation);
}

/** A command that runs already, and who is told when its record is durable. */
export interface Started {
  readonly plan: WrapPlan;
  readonly child: RunningChild;
  readonly recorded: (code: number) => void;
}

/** Records a wrapped command that was started without a look. */
export async function recordWrapped(
  invocation: Invocation,
  { context, cold, ...wrapped }: { context: Context; cold: () => Cold } & Started,
): Promise<number> {
  return recordPhase(openSession(context, { invocation, cold }), {
    ...wrapped,
    counter: null,
    prober: null,
  });
}
