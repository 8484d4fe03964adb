import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { nothingMeasured, successfulResult } from '../ledger/marks/applyPhaseEnd.ts';
import type { FailurePolicy, PhaseEndMark, PhaseStartMark } from '../marks.ts';

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
    result: successfulResult,
    ...nothingMeasured,
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

/** The options of an ended phase about its migrations and files. */
export interface FactSources {
  readonly count: number | null;
  readonly countFile: string | null;
  readonly databaseFile: string | null;
  readonly artifact: string | null;
  readonly downloadSeconds: number | null;
}

/** Without one of them there is nothing to read. */
export function hasFacts({
  count,
  countFile,
  databaseFile,
  artifact,
  downloadSeconds,
}: FactSources): boolean {
  return [count, countFile, databaseFile, artifact, downloadSeconds].some((source) => source !== null);
}

/** Throws a usage error if both options are given. */
export function failurePolicy(said: {
  readonly allowFailure: boolean;
  readonly try: boolean;
}): FailurePolicy {
  if (said.allowFailure && said.try)
    throw usageError(
      '--allow-failure and --try cannot be used together',
      'use --try to record the result only, or --allow-failure for the status warning',
    );
  return said.try ? 'no' : said.allowFailure ? 'allowed' : 'yes';
}
