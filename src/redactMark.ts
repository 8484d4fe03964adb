import type {
  AttemptRecord,
  AutomaticRollback,
  CostMark,
  ErrorRateMark,
  FinishMark,
  HealthMark,
  Mark,
  MeasuredDowntime,
  PhaseEndMark,
  PhaseStartMark,
  RollbackMark,
  SmokeMark,
  StageResult,
  StartMark,
} from './marks.ts';
import { redact, redactAddress } from './redact.ts';

/**
 * How a field is treated before it is stored: `asIs` is for names, numbers, times and fixed values; all others go
 * through a function. A mark may be untrusted text: no function relies on the type.
 */
type Treatment = 'asIs' | ((value: unknown) => unknown);
/** Every field of an object must be listed: a new one does not compile without a decision. */
type Fields<Kept> = {
  readonly [Name in Exclude<keyof Kept, 'markId' | 'deploymentId' | 'at' | 'kind'>]-?: Treatment;
};

/** A text written by a person or a program. */
const words = (value: unknown): unknown => (typeof value === 'string' ? redact(value) : value);
/** A URL, or a text that may be one. */
const address = (value: unknown): unknown =>
  typeof value === 'string' ? (value.includes('://') ? redactAddress(value) : redact(value)) : value;

const attempt: Fields<AttemptRecord> & { at: 'asIs' } = {
  at: 'asIs',
  endedAt: 'asIs',
  latencySeconds: 'asIs',
  healthy: 'asIs',
  verdict: 'asIs',
  words,
  statusCode: 'asIs',
  version: words,
};

const downtime: Fields<MeasuredDowntime> = { outages: 'asIs', attempts: listOf(attempt) };

const result: Fields<StageResult> = {
  status: 'asIs',
  exitCode: 'asIs',
  signal: 'asIs',
  errorType: 'asIs',
  errorMessage: words,
  judged: 'asIs',
  cpuSeconds: 'asIs',
  memoryBytes: 'asIs',
  stderrTail: words,
};

const start: Fields<StartMark> = {
  givenId: words,
  deployment: 'asIs',
  environment: 'asIs',
  service: 'asIs',
  instance: 'asIs',
  hostname: 'asIs',
  runner: 'asIs',
  version: 'asIs',
  previousVersion: 'asIs',
  commitSha: 'asIs',
  url: address,
  triggeredAtMs: 'asIs',
  triggeredBy: words,
  method: words,
  notes: words,
  pythonCommand: 'asIs',
  rollbackOf: 'asIs',
  caller: 'asIs',
  callerRole: 'asIs',
  abandonAfterMs: 'asIs',
  takeOver: 'asIs',
  join: 'asIs',
  declare: 'asIs',
  track: 'asIs',
  callerKnowsAlone: 'asIs',
  forceBad: words,
  hotfix: words,
  cpuTimes: 'asIs',
};

const phaseStart: Fields<PhaseStartMark> = {
  runId: 'asIs',
  stage: 'asIs',
  service: 'asIs',
  process: 'asIs',
  prober: 'asIs',
  irreversible: 'asIs',
  caller: 'asIs',
};

const phaseEnd: Fields<PhaseEndMark> = {
  runId: 'asIs',
  stage: 'asIs',
  service: 'asIs',
  startedAt: 'asIs',
  durationSeconds: 'asIs',
  clock: 'asIs',
  result: objectOf(result),
  downtime: objectOf(downtime),
  migrationCount: 'asIs',
  artifact: 'asIs',
  databaseBytes: 'asIs',
  irreversible: 'asIs',
  caller: 'asIs',
  replaced: 'asIs',
};

const health: Fields<HealthMark> = {
  verificationId: 'asIs',
  service: 'asIs',
  checkType: 'asIs',
  target: address,
  startedAt: 'asIs',
  success: 'asIs',
  verdict: 'asIs',
  words,
  expectedVersion: 'asIs',
  attempts: listOf(attempt),
  firstGoodAt: 'asIs',
  sinceMs: 'asIs',
  judged: 'asIs',
  errorRate: 'asIs',
};

const smoke: Fields<SmokeMark> = {
  runId: 'asIs',
  test: 'asIs',
  service: 'asIs',
  startedAt: 'asIs',
  result: objectOf(result),
};

const cost: Fields<CostMark> = { resource: 'asIs', usd: 'asIs' };
const errorRate: Fields<ErrorRateMark> = { service: 'asIs', errorRate: 'asIs' };

const probed = listOf({ runId: 'asIs', downtime: objectOf(downtime) });

const automatic: Fields<AutomaticRollback> = {
  failedCheck: words,
  refused: words,
  process: 'asIs',
  outages: 'asIs',
};

const rollback: Fields<RollbackMark> = {
  rollbackId: 'asIs',
  reason: words,
  toVersion: 'asIs',
  success: 'asIs',
  exitCode: 'asIs',
  error: words,
  step: 'asIs',
  automatic: objectOf(automatic),
  separate: objectOf({ service: 'asIs', probed }),
};

const finish: Fields<FinishMark> = {
  status: 'asIs',
  exitCode: 'asIs',
  error: words,
  notes: words,
  onExit: 'asIs',
  abandoned: 'asIs',
  discard: 'asIs',
  keepOpen: 'asIs',
  probed,
};

const kinds: Readonly<Record<Mark['kind'], Readonly<Record<string, Treatment>>>> = {
  start,
  'phase-start': phaseStart,
  'phase-end': phaseEnd,
  health,
  smoke,
  cost,
  'error-rate': errorRate,
  rollback,
  finish,
};

/** The mark with all texts redacted. Every place that stores a mark, in whatever form, calls this first. */
export function redactMark<Kept extends Mark>(mark: Kept): Kept {
  // A kind of a newer version has unknown fields; such a mark is not applied either.
  return Object.hasOwn(kinds, mark.kind) ? (treated(mark, kinds[mark.kind]) as Kept) : mark;
}

function objectOf(fields: Readonly<Record<string, Treatment>>): Treatment {
  return (value) => treated(value, fields);
}

function listOf(fields: Readonly<Record<string, Treatment>>): Treatment {
  return (value) => (Array.isArray(value) ? value.map((one) => treated(one, fields)) : value);
}

function treated(value: unknown, fields: Readonly<Record<string, Treatment>>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const kept: Record<string, unknown> = { ...value };
  for (const [name, treatment] of Object.entries(fields))
    if (treatment !== 'asIs' && name in kept) kept[name] = treatment(kept[name]);
  return kept;
}
