import { usageError } from '../../errors.ts';
import type { Session } from '../../session.ts';
import { durationMs, type Invocation, text } from '../../words/invocation.ts';
import { phaseOf } from '../../words/phaseWord.ts';
import { endCommand } from '../endCommand.ts';
import { coldAtHand } from '../unrecorded.ts';
import { serviceOf, whichDeployment } from '../which/whichDeployment.ts';
import { phaseStartMark } from './phaseMarks.ts';

/** `phase start <phase>`: a mark, sent by nobody. With `--probe` a prober of ours stays behind until the end. */
export async function phaseStart(session: Session, invocation: Invocation): Promise<number> {
  const stage = phaseOf(invocation.operands[0] ?? '');
  const probe = text(invocation, 'probe');
  const intervalMs = Math.max(10, durationMs(invocation, 'probe-interval') ?? 100);
  if (probe !== null && stage !== 'cutover')
    throw usageError(`--probe belongs to the phase cutover, not to ${stage}`);
  const { deploymentId, warnings } = await whichDeployment(session);
  session.warnings.push(...warnings);
  if (deploymentId === null) return endCommand(session, { code: 0 });
  const prober =
    probe === null
      ? null
      : ((await coldAtHand(session)?.leaveProber(session, { url: probe, intervalMs })) ?? null);
  const mark = phaseStartMark(session.context, { deploymentId, stage, service: serviceOf(session), prober });
  session.warnings.push(...(await session.store.record(mark)));
  return endCommand(session, { code: 0, kept: session.warnings.length });
}
