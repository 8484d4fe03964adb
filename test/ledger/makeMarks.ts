import type {
  AttemptRecord,
  CostMark,
  ErrorRateMark,
  FinishMark,
  HealthMark,
  MeasuredDowntime,
  PhaseEndMark,
  PhaseStartMark,
  RollbackMark,
  SmokeMark,
  StageResult,
  StartMark,
} from '../../src/marks.ts';
import type { Instant } from '../../src/model.ts';
import { unique } from './ledgerWorld.ts';

/** Marks of the deployment `d1` by default; every field can be given. */
type Said<Mark> = Partial<Omit<Mark, 'kind'>>;

const base = (at: Instant) => ({ markId: unique(), deploymentId: 'd1', at });

export function startMark(at: Instant, said: Said<StartMark> = {}): StartMark {
  return {
    kind: 'start',
    ...base(at),
    deployment: 'shop',
    environment: 'production',
    service: 'shop',
    instance: 'web-1',
    hostname: 'WEB-1',
    runner: null,
    version: '1.0.0',
    previousVersion: null,
    commitSha: null,
    url: null,
    triggeredAtMs: null,
    triggeredBy: null,
    method: 'manual',
    notes: null,
    pythonCommand: null,
    rollbackOf: null,
    caller: null,
    callerRole: 'caller',
    abandonAfterMs: 3_600_000,
    takeOver: false,
    join: false,
    declare: { services: [], stages: [], tests: [], resources: [], checkTypes: [] },
    ...said,
  };
}

export function phaseStartMark(at: Instant, said: Said<PhaseStartMark> = {}): PhaseStartMark {
  const markId = unique();
  const named = { runId: markId, stage: 'extract', service: null, process: null, prober: null };
  return { kind: 'phase-start', ...base(at), markId, ...named, ...said };
}

export const wentWell: StageResult = {
  status: 'success',
  exitCode: 0,
  signal: null,
  errorType: null,
  errorMessage: null,
  judged: 'yes',
  cpuSeconds: null,
  memoryBytes: null,
  stderrTail: null,
};

/** A run that ended with an exit code. */
export function exited(exitCode: number, said: Partial<StageResult> = {}): StageResult {
  if (exitCode === 0) return { ...wentWell, ...said };
  const errorMessage = `exit code ${exitCode}`;
  return { ...wentWell, status: 'failed', exitCode, errorType: 'exit_code', errorMessage, ...said };
}

/** The end of the newest open run; with `startedAt` a run that was wrapped. */
export function phaseEndMark(at: Instant, said: Said<PhaseEndMark> = {}): PhaseEndMark {
  return {
    kind: 'phase-end',
    ...base(at),
    runId: null,
    stage: 'extract',
    service: null,
    startedAt: null,
    durationSeconds: null,
    result: wentWell,
    downtime: null,
    migrationCount: null,
    artifact: null,
    databaseBytes: null,
    ...said,
  };
}

export interface AttemptSaid {
  readonly at: Instant;
  readonly healthy: boolean;
  /** 0.02 by default. */
  readonly latencySeconds?: number;
  /** 200 or 503 by default; null without a response. */
  readonly statusCode?: number | null;
}

export function attempt({ at, healthy, latencySeconds = 0.02, statusCode }: AttemptSaid): AttemptRecord {
  return {
    at,
    endedAt: later(at, latencySeconds),
    latencySeconds,
    healthy,
    verdict: healthy ? 'healthy' : statusCode === null ? 'timeout' : 'wrong_status',
    words: healthy ? 'healthy' : 'no service',
    statusCode: statusCode === undefined ? (healthy ? 200 : 503) : statusCode,
    version: null,
  };
}

/** What a prober saw: one outage or none. */
export function downtime(
  attempts: readonly AttemptRecord[],
  ...outages: { beganAt: Instant; endedAt: Instant | null }[]
): MeasuredDowntime {
  return { attempts, outages };
}

/** A verification of the given attempts: it ends with the last one, and succeeds if that one did. */
export function healthMark(attempts: readonly AttemptRecord[], said: Said<HealthMark> = {}): HealthMark {
  const first = attempts[0] as AttemptRecord;
  const last = attempts.at(-1) as AttemptRecord;
  return {
    kind: 'health',
    ...base(last.endedAt),
    verificationId: unique(),
    service: null,
    checkType: 'http',
    target: 'http://localhost:8080/health',
    startedAt: first.at,
    success: last.healthy,
    verdict: last.verdict,
    words: last.healthy ? 'healthy' : 'not healthy within 60 s: status 503',
    expectedVersion: '1.0.0',
    attempts,
    firstGoodAt: attempts.find((one) => one.healthy)?.endedAt ?? null,
    sinceMs: null,
    judged: 'yes',
    ...said,
  };
}

export function smokeMark(at: Instant, said: Said<SmokeMark> = {}): SmokeMark {
  const named = { runId: unique(), test: 'api', service: null, startedAt: null, result: wentWell };
  return { kind: 'smoke', ...base(at), ...named, ...said };
}

export function costMark(at: Instant, said: Said<CostMark> = {}): CostMark {
  return { kind: 'cost', ...base(at), resource: 'compute', usd: 0.15, ...said };
}

export function errorRateMark(at: Instant, said: Said<ErrorRateMark> = {}): ErrorRateMark {
  return { kind: 'error-rate', ...base(at), service: null, errorRate: 0.01, ...said };
}

export function rollbackMark(at: Instant, said: Said<RollbackMark> = {}): RollbackMark {
  const event = { rollbackId: unique(), reason: 'health_check_failed', toVersion: null, success: true };
  return { kind: 'rollback', ...base(at), ...event, exitCode: null, error: null, step: 'whole', ...said };
}

export function finishMark(at: Instant, said: Said<FinishMark> = {}): FinishMark {
  const words = { status: null, exitCode: null, error: null, notes: null };
  const how = { onExit: false, abandoned: false, discard: false, keepOpen: false };
  return { kind: 'finish', ...base(at), ...words, ...how, ...said };
}

/** The same moment this many seconds later, on both clocks. */
export function later(at: Instant, seconds: number): Instant {
  const { wallMs, monotonicSeconds, boot } = at;
  return {
    wallMs: wallMs + Math.round(seconds * 1000),
    monotonicSeconds: monotonicSeconds === null ? null : monotonicSeconds + seconds,
    boot,
  };
}
