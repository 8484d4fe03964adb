import type { AttemptRecord, MeasuredDowntime, ProcessIdentity, StageResult, Tracked } from '../../marks.ts';
import { packageManagers } from '../../marks.ts';
import type { Instant } from '../../model.ts';
import { amount, flag, freeText, longText, name, oneOf, text, token } from './fields.ts';
import { list, listOfFit, object, orLeftOut, orNull, type Read } from './reading.ts';

const mostAttempts = 1_000_000;

/** A moment; an invalid clock of the boot is left out, and only wall time is used. */
export const instant: Read<Instant> = object<Instant>({
  wallMs: amount('wallMs'),
  monotonicSeconds: orLeftOut(amount('monotonicSeconds')),
  boot: orLeftOut(token),
});

export const judged = oneOf('yes', 'allowed', 'no');

export const identity: Read<ProcessIdentity> = object<ProcessIdentity>({
  pid: amount('pid'),
  started: orNull(token),
  boot: orNull(token),
  pidNamespace: orNull(token),
});

export const result: Read<StageResult> = object<StageResult>({
  status: oneOf('success', 'failed'),
  exitCode: orNull(amount('exitCode')),
  signal: orLeftOut(token),
  errorType: orNull(oneOf('exit_code', 'timeout', 'canceled', 'other')),
  errorMessage: orNull(longText),
  judged,
  cpuSeconds: orLeftOut(amount('cpuSeconds')),
  memoryBytes: orLeftOut(amount('bytes')),
  stderrTail: orNull(longText),
});

export const attempt: Read<AttemptRecord> = object<AttemptRecord>({
  at: instant,
  endedAt: instant,
  latencySeconds: amount('latencySeconds'),
  healthy: flag,
  verdict: freeText,
  words: longText,
  statusCode: orLeftOut(amount('statusCode')),
  version: orLeftOut(text),
});

export const attempts = list(attempt, mostAttempts);

export const outages = list(
  object<MeasuredDowntime['outages'][number]>({ beganAt: instant, endedAt: orNull(instant) }),
  mostAttempts,
);

export const downtime: Read<MeasuredDowntime> = object<MeasuredDowntime>({ outages, attempts });

export const cpuTimes = object({ busyMs: amount('bytes'), totalMs: amount('bytes') });

export const declarations = object({
  services: listOfFit(name, 1000),
  stages: listOfFit(freeText, 1000),
  tests: listOfFit(freeText, 1000),
  resources: listOfFit(freeText, 1000),
  checkTypes: listOfFit(freeText, 1000),
});

export const tracked: Read<Tracked> = object<Tracked>({
  files: list(text, 1000),
  packages: list(oneOf(...packageManagers), 10),
});
