import { phaseName } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfMark } from '../cli/define/exits.ts';
import { age, time } from '../cli/define/kinds.ts';
import { phaseStatus } from '../cli/define/phaseOptions.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { allowFailure, errorText } from '../cli/define/wrapOptions.ts';
import { resolveDeployment, serviceOf } from '../deployments/resolveDeployment.ts';
import { environmentError, textArgument } from '../deployments/textArgument.ts';
import { usageError } from '../errors.ts';
import { successfulResult } from '../ledger/marks/applyPhaseEnd.ts';
import type { StageResult } from '../marks.ts';
import { amountLimits, isWithin } from '../model.ts';
import { phaseEndMark } from '../phases/phaseMarks.ts';
import { send } from '../push/pushGroups.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/**
 * `phase record <phase> --duration <d>`: records a phase timed by another tool. Its failure does not change our own
 * exit code.
 */
export const command = defineCommand({
  name: 'phase record',
  after: 'phase end',
  summary: 'record a phase timed by another tool',
  group: 'script',
  examples: [
    'deploytrack phase record build --duration 95s',
    'deploytrack phase record tests --duration 4m --status failed',
  ],
  args: { phase: phaseName() },
  options: {
    duration: age({ help: 'how long it took' }),
    started: time({ help: 'when it started', otherwise: 'now minus --duration' }),
    status: phaseStatus,
    error: errorText,
    allowFailure,
  },
  settings: ofMarks,
  exits: exitsOfMark,
  policy: { onWrongSetting: 'warn', sends: 'mark' },
  run: async (session: Session, { phase: stage, durationMs: lastedMs, startedMs: saidMs, ...said }) => {
    const { context, store, warnings } = session;
    if (lastedMs === null)
      throw usageError('phase record: missing --duration', 'use for example --duration 12.5s');
    const startedMs = saidMs ?? context.began().wallMs - lastedMs;
    if (!isWithin(startedMs + lastedMs, amountLimits.wallMs))
      throw usageError('phase record: --started and --duration together end after the year 2199');
    const result = await resultOf(session, said);
    const { deploymentId, warnings: unclear } = await resolveDeployment(session);
    warnings.push(...unclear);
    if (deploymentId === null) return endCommand(session, { code: 0 });
    const ends = { startedAt: onWallClock(startedMs), at: onWallClock(startedMs + lastedMs) };
    const [service, runId] = [serviceOf(session), context.uniqueId()];
    const known = { deploymentId, stage, service, runId, durationSeconds: lastedMs / 1000, result };
    warnings.push(...(await store.record(phaseEndMark(context, { ...known, ...ends }))));
    const kept = warnings.length;
    await send(session, { deploymentId, adopt: 'never' });
    return endCommand(session, { code: 0, kept });
  },
});

function onWallClock(wallMs: number) {
  return { wallMs, monotonicSeconds: null, boot: null };
}

interface Said {
  readonly status: 'success' | 'failed' | null;
  readonly error: string | null;
  readonly allowFailure: boolean;
}

async function resultOf(session: Session, { status, error, ...said }: Said): Promise<StageResult> {
  const judged = said.allowFailure ? 'allowed' : 'yes';
  const text = await textArgument(session, { name: 'error', value: error });
  if (status !== 'failed' && (status !== null || error === null)) return { ...successfulResult, judged };
  return {
    ...successfulResult,
    status: 'failed',
    errorType: 'other',
    errorMessage: text ?? environmentError(session),
    judged,
  };
}
