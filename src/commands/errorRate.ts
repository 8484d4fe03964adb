import { amountLimits } from '../limits.ts';
import type { Session } from '../session.ts';
import { type Invocation, numberIn } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { send } from './sending/send.ts';
import { serviceOf } from './which/whichDeployment.ts';
import { ofDeployment, whichForRecord } from './which/whichForRecord.ts';

/** `error-rate <0..1>`: the share of requests that failed after a deployment, measured elsewhere. */
export async function errorRate(session: Session, invocation: Invocation): Promise<number> {
  const { context, store, warnings } = session;
  const ratio = numberIn(invocation.operands[0] ?? '', { what: 'error-rate', ...amountLimits.share });
  const of = ofDeployment(invocation);
  const { deploymentId, warnings: unclear } = await whichForRecord(session, { of, finishedToo: false });
  warnings.push(...unclear);
  if (deploymentId === null) return endCommand(session, { code: 0 });
  const known = { markId: context.uniqueId(), deploymentId, at: context.instant() };
  const mark = { kind: 'error-rate', ...known, service: serviceOf(session), errorRate: ratio } as const;
  warnings.push(...(await store.record(mark)));
  const kept = warnings.length;
  await send(session, { deploymentId, kind: 'mark', adopt: 'never' });
  return endCommand(session, { code: 0, kept });
}
