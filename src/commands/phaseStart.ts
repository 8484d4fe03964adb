import { phaseName } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfMark } from '../cli/define/exits.ts';
import { ofUnsentMarks } from '../cli/define/settingLists.ts';
import { probe, probeInterval } from '../cli/define/wrapOptions.ts';
import { resolveDeployment, serviceOf } from '../deployments/resolveDeployment.ts';
import { usageError } from '../errors.ts';
import { phaseStartMark } from '../phases/phaseMarks.ts';
import { shortestIntervalMs } from '../phases/wrapPlan.ts';
import { callerToken } from '../processes.ts';
import { endCommand } from '../session/openSession.ts';
import { partAtHand } from '../session/unrecorded.ts';
import type { BackgroundProber, Session } from '../session.ts';

/**
 * `phase start <phase>`: a mark, pushed by the next command. With `--probe` a background prober runs until the phase
 * ends.
 */
export const command = defineCommand({
  name: 'phase start',
  after: 'start',
  summary: 'mark the start of a phase',
  group: 'script',
  examples: [
    'deploytrack phase start build',
    'deploytrack phase start cutover --probe http://localhost:8080/health',
  ],
  args: { phase: phaseName() },
  options: { probe, probeInterval },
  settings: ofUnsentMarks,
  exits: exitsOfMark,
  policy: { fast: true, onWrongSetting: 'warn' },
  run: async (session: Session, { phase, probe: url, probeIntervalMs }) => {
    if (url !== null && phase !== 'cutover')
      throw usageError(`--probe can only be used for the phase cutover, not for ${phase}`);
    const { deploymentId, warnings } = await resolveDeployment(session);
    session.warnings.push(...warnings);
    if (deploymentId === null) return endCommand(session, { code: 0 });
    const intervalMs = shortestIntervalMs(probeIntervalMs);
    const prober = url === null ? null : await backgroundProber(session, { url, intervalMs });
    const service = serviceOf(session);
    const caller = callerToken(session.context);
    const start = { deploymentId, stage: phase, service, prober, caller };
    session.warnings.push(...(await session.store.record(() => phaseStartMark(session.context, start))));
    return endCommand(session, { code: 0, kept: session.warnings.length });
  },
});

async function backgroundProber(
  session: Session,
  probe: { url: string; intervalMs: number },
): Promise<BackgroundProber | null> {
  const part = await partAtHand(session, () => import('../probe/cutover/spawnBackgroundProber.ts'));
  return part === null ? null : part.spawnBackgroundProber(session, probe);
}
