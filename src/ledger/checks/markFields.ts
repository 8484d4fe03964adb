import type {
  AutomaticRollback,
  CostMark,
  ErrorRateMark,
  FinishMark,
  HealthMark,
  Mark,
  PhaseEndMark,
  PhaseStartMark,
  RollbackMark,
  SmokeMark,
  StartMark,
} from '../../marks.ts';
import { finalStatuses } from '../../model.ts';
import {
  amount,
  callerOf,
  deploymentId,
  eventId,
  flag,
  freeText,
  givenId,
  longText,
  name,
  oneOf,
  phase,
  reason,
  text,
} from './fields.ts';
import {
  attempts,
  cpuTimes,
  declarations,
  downtime,
  identity,
  instant,
  judged,
  outages,
  result,
  tracked,
} from './markParts.ts';
import { list, object, orAbsent, orLeftOut, orNull, type Read } from './reading.ts';

const base = { markId: eventId, deploymentId, at: instant };

const start: Read<StartMark> = object<StartMark>({
  kind: oneOf('start'),
  ...base,
  givenId: orAbsent(orLeftOut(givenId)),
  deployment: name,
  environment: name,
  service: name,
  instance: name,
  hostname: name,
  runner: orLeftOut(name),
  version: text,
  previousVersion: orNull(text),
  commitSha: orNull(text),
  url: orLeftOut(text),
  triggeredAtMs: orLeftOut(amount('wallMs')),
  triggeredBy: orLeftOut(freeText),
  method: freeText,
  notes: orNull(longText),
  pythonCommand: orLeftOut(text),
  rollbackOf: orLeftOut(text),
  caller: orLeftOut(identity),
  callerRole: oneOf('caller', 'run'),
  abandonAfterMs: amount('ageMs'),
  takeOver: flag,
  join: flag,
  declare: declarations,
  track: orAbsent(tracked),
  callerKnowsAlone: orAbsent(flag),
  forceBad: orAbsent(orNull(freeText)),
  hotfix: orAbsent(orNull(freeText)),
  cpuTimes: orAbsent(orLeftOut(cpuTimes)),
});

const phaseStart: Read<PhaseStartMark> = object<PhaseStartMark>({
  kind: oneOf('phase-start'),
  ...base,
  runId: eventId,
  stage: phase,
  service: orNull(name),
  process: orLeftOut(identity),
  prober: orLeftOut(object<NonNullable<PhaseStartMark['prober']>>({ process: identity, file: text })),
  irreversible: orAbsent(flag),
  caller: orAbsent(orLeftOut(callerOf)),
});

const phaseEnd: Read<PhaseEndMark> = object<PhaseEndMark>({
  kind: oneOf('phase-end'),
  ...base,
  runId: orNull(eventId),
  stage: phase,
  service: orNull(name),
  startedAt: orNull(instant),
  durationSeconds: orNull(amount('seconds')),
  clock: orAbsent(orLeftOut(oneOf('monotonic', 'wall', 'backwards', 'remote'))),
  result,
  downtime: orLeftOut(downtime),
  migrationCount: orNull(amount('migrations')),
  artifact: orLeftOut(
    object<NonNullable<PhaseEndMark['artifact']>>({
      bytes: orLeftOut(amount('bytes')),
      downloadSeconds: orLeftOut(amount('seconds')),
    }),
  ),
  databaseBytes: orLeftOut(amount('bytes')),
  irreversible: orAbsent(flag),
  caller: orAbsent(orLeftOut(callerOf)),
  replaced: orAbsent(orLeftOut(callerOf)),
});

const health: Read<HealthMark> = object<HealthMark>({
  kind: oneOf('health'),
  ...base,
  verificationId: eventId,
  service: orNull(name),
  checkType: freeText,
  target: orLeftOut(text),
  startedAt: instant,
  success: flag,
  verdict: freeText,
  words: longText,
  expectedVersion: orLeftOut(text),
  attempts,
  firstGoodAt: orNull(instant),
  sinceMs: orLeftOut(amount('wallMs')),
  judged,
  errorRate: orAbsent(orLeftOut(amount('share'))),
});

const smoke: Read<SmokeMark> = object<SmokeMark>({
  kind: oneOf('smoke'),
  ...base,
  runId: eventId,
  test: freeText,
  service: orNull(name),
  startedAt: orNull(instant),
  result,
});

const cost: Read<CostMark> = object<CostMark>({
  kind: oneOf('cost'),
  ...base,
  resource: freeText,
  usd: amount('usd'),
});

const errorRate: Read<ErrorRateMark> = object<ErrorRateMark>({
  kind: oneOf('error-rate'),
  ...base,
  service: orNull(name),
  errorRate: amount('share'),
});

const probed = list(object<NonNullable<FinishMark['probed']>[number]>({ runId: eventId, downtime }), 1000);

const rollback: Read<RollbackMark> = object<RollbackMark>({
  kind: oneOf('rollback'),
  ...base,
  rollbackId: eventId,
  reason,
  toVersion: orNull(text),
  success: flag,
  exitCode: orNull(amount('exitCode')),
  error: orNull(longText),
  step: oneOf('begin', 'end', 'whole', 'refused'),
  automatic: orAbsent(
    object<AutomaticRollback>({
      failedCheck: longText,
      refused: orNull(longText),
      process: orLeftOut(identity),
      outages,
    }),
  ),
  separate: orAbsent(object<NonNullable<RollbackMark['separate']>>({ service: orNull(name), probed })),
});

const finish: Read<FinishMark> = object<FinishMark>({
  kind: oneOf('finish'),
  ...base,
  status: orNull(oneOf(...finalStatuses)),
  exitCode: orNull(amount('exitCode')),
  error: orNull(longText),
  notes: orNull(longText),
  onExit: flag,
  abandoned: flag,
  discard: flag,
  keepOpen: flag,
  probed: orAbsent(probed),
});

/** The fields of each kind of mark. */
export const markFields: { readonly [Kind in Mark['kind']]: Read<Extract<Mark, { kind: Kind }>> } = {
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
