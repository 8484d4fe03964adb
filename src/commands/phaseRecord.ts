import { usageError } from '../errors.ts';
import { amountLimits, isWithin } from '../limits.ts';
import type { StageResult } from '../marks.ts';
import type { Session } from '../session.ts';
import { durationMs, flag, type Invocation, oneOf, timeMs } from '../words/invocation.ts';
import { phaseOf } from '../words/phaseWord.ts';
import { endCommand } from './endCommand.ts';
import { environmentError, keptWords } from './keptWords.ts';
import { phaseEndMark, wellDone } from './phase/phaseMarks.ts';
import { send } from './sending/send.ts';
import { serviceOf, whichDeployment } from './which/whichDeployment.ts';

/** `phase record <phase> --duration <d>`: a phase that something else timed, whole. Its failure is never ours. */
export async function phaseRecord(session: Session, invocation: Invocation): Promise<number> {
  const { context, store, warnings } = session;
  const stage = phaseOf(invocation.operands[0] ?? '');
  const lastedMs = durationMs(invocation, 'duration');
  if (lastedMs === null)
    throw usageError('phase record: --duration says how long it took', 'for example --duration 12.5s');
  const startedMs = timeMs(invocation, 'started') ?? context.began().wallMs - lastedMs;
  if (!isWithin(startedMs + lastedMs, amountLimits.wallMs))
    throw usageError('phase record: --started and --duration end after the year 2199');
  const result = await resultOf(session, invocation);
  const { deploymentId, warnings: unclear } = await whichDeployment(session);
  warnings.push(...unclear);
  if (deploymentId === null) return endCommand(session, { code: 0 });
  const ends = { startedAt: onWallClock(startedMs), at: onWallClock(startedMs + lastedMs) };
  const [service, runId] = [serviceOf(session), context.uniqueId()];
  const known = { deploymentId, stage, service, runId, durationSeconds: lastedMs / 1000, result };
  warnings.push(...(await store.record(phaseEndMark(context, { ...known, ...ends }))));
  const kept = warnings.length;
  await send(session, { deploymentId, kind: 'mark', adopt: 'never' });
  return endCommand(session, { code: 0, kept });
}

function onWallClock(wallMs: number) {
  return { wallMs, monotonicSeconds: null, boot: null };
}

async function resultOf(session: Session, invocation: Invocation): Promise<StageResult> {
  const judged = flag(invocation, 'allow-failure') ? 'allowed' : 'yes';
  const said = await keptWords(session, invocation, 'error');
  const status = oneOf(invocation, { name: 'status', choices: ['success', 'failed'] });
  if (status === 'failed' || (status === null && flag(invocation, 'error')))
    return {
      ...wellDone,
      status: 'failed',
      errorType: 'other',
      errorMessage: said ?? environmentError(session),
      judged,
    };
  return { ...wellDone, judged };
}
