import { amountLimits } from '../../limits.ts';
import type { StageResult } from '../../marks.ts';
import type { Session } from '../../session.ts';
import { durationMs, type Invocation, number, oneOf } from '../../words/invocation.ts';
import { phaseOf } from '../../words/phaseWord.ts';
import { endCommand } from '../endCommand.ts';
import { environmentError, keptWords } from '../keptWords.ts';
import { send } from '../sending/send.ts';
import { coldAtHand } from '../unrecorded.ts';
import { serviceOf, whichDeployment } from '../which/whichDeployment.ts';
import { phaseEndMark, wellDone } from './phaseMarks.ts';

/** `phase end <phase>`: settles the newest open run. A failing `--exit-code` is the phase's, never ours. */
export async function phaseEnd(session: Session, invocation: Invocation): Promise<number> {
  const at = session.context.began();
  const stage = phaseOf(invocation.operands[0] ?? '');
  const result = await resultOf(session, invocation);
  const probeTimeoutMs = durationMs(invocation, 'probe-timeout') ?? 5000;
  const { deploymentId, warnings } = await whichDeployment(session);
  session.warnings.push(...warnings);
  if (deploymentId === null) return endCommand(session, { code: 0 });
  const service = serviceOf(session);
  const downtime =
    stage === 'cutover'
      ? ((await coldAtHand(session)?.collectProber(session, {
          deploymentId,
          service,
          at,
          waitMs: result.status === 'success' ? probeTimeoutMs : 0,
        })) ?? null)
      : null;
  session.warnings.push(
    ...(await session.store.record(
      phaseEndMark(session.context, { at, deploymentId, stage, service, result, downtime }),
    )),
  );
  const kept = session.warnings.length;
  await send(session, { deploymentId, kind: 'mark', adopt: 'never' });
  return endCommand(session, { code: 0, kept });
}

async function resultOf(session: Session, invocation: Invocation): Promise<StageResult> {
  const exitCode = number(invocation, { name: 'exit-code', ...amountLimits.exitCode });
  const error = (await keptWords(session, invocation, 'error')) ?? environmentError(session);
  const status =
    oneOf(invocation, { name: 'status', choices: ['success', 'failed'] }) ??
    ((exitCode ?? 0) === 0 ? 'success' : 'failed');
  if (status === 'success') return { ...wellDone, exitCode };
  return {
    ...wellDone,
    status,
    exitCode,
    errorType: (exitCode ?? 0) === 0 ? 'other' : 'exit_code',
    errorMessage: error ?? (exitCode === null ? null : `exit code ${exitCode}`),
  };
}
