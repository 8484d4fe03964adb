import type { Context } from '../context.ts';
import type { PhaseEndMark, PhaseStartMark, StageResult } from '../marks.ts';

export const successfulResult: StageResult = {
  status: 'success',
  exitCode: null,
  signal: null,
  errorType: null,
  errorMessage: null,
  judged: 'yes',
  cpuSeconds: null,
  memoryBytes: null,
  stderrTail: null,
};

/** A mark with only its start and end; the special fields are spread over it. */
export function phaseEndMark(
  context: Context,
  mark: Partial<PhaseEndMark> & Pick<PhaseEndMark, 'deploymentId' | 'stage' | 'service'>,
): PhaseEndMark {
  return {
    kind: 'phase-end',
    markId: context.uniqueId(),
    at: context.instant(),
    runId: null,
    startedAt: null,
    durationSeconds: null,
    result: successfulResult,
    downtime: null,
    migrationCount: null,
    artifact: null,
    databaseBytes: null,
    ...mark,
  };
}

export function phaseStartMark(
  context: Context,
  mark: Partial<PhaseStartMark> & Pick<PhaseStartMark, 'deploymentId' | 'stage' | 'service'>,
): PhaseStartMark {
  const markId = context.uniqueId();
  return {
    kind: 'phase-start',
    markId,
    at: context.instant(),
    runId: markId,
    process: null,
    prober: null,
    ...mark,
  };
}
