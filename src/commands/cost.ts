import { usageError } from '../errors.ts';
import { amountLimits } from '../limits.ts';
import { isFreeWords } from '../model.ts';
import type { Session } from '../session.ts';
import { type Invocation, numberIn } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { send } from './sending/send.ts';
import { ofDeployment, whichForRecord } from './which/whichForRecord.ts';

/** `cost <resource> <usd>`: what a deployment cost. Bills of one resource add up. */
export async function cost(session: Session, invocation: Invocation): Promise<number> {
  const { context, store, warnings } = session;
  const [resource = '', amount = ''] = invocation.operands;
  if (!isFreeWords(resource)) throw usageError('cost: a resource is named with 1 to 200 characters');
  const usd = numberIn(amount, { what: 'cost', ...amountLimits.usd });
  const of = ofDeployment(invocation);
  const { deploymentId, warnings: unclear } = await whichForRecord(session, { of, finishedToo: true });
  warnings.push(...unclear);
  if (deploymentId === null) return endCommand(session, { code: 0 });
  const [markId, at] = [context.uniqueId(), context.instant()];
  warnings.push(...(await store.record({ kind: 'cost', markId, deploymentId, at, resource, usd })));
  const kept = warnings.length;
  await send(session, { deploymentId, kind: 'mark', adopt: 'never' });
  return endCommand(session, { code: 0, kept });
}
