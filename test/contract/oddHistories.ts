import fc from 'fast-check';
import type { Mark } from '../../src/marks.ts';
import type { Instant } from '../../src/model.ts';
import {
  attempt,
  costMark,
  errorRateMark,
  exited,
  finishMark,
  healthMark,
  later,
  phaseEndMark,
  phaseStartMark,
  rollbackMark,
  smokeMark,
  startMark,
} from '../ledger/makeMarks.ts';

/** Everything that can be a text of a user. */
const oddText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    'other',
    'le',
    '"',
    '\\',
    '\n',
    '\r\n',
    '\t',
    '\u0000',
    '\ufeff',
    '\u2028',
    '{a="b"} 1',
  ),
  fc.constantFrom(
    'NaN',
    '# HELP x',
    'x'.repeat(129),
    'é'.repeat(100),
    '😀'.repeat(40),
    'https://ci/?a=1&b="c"',
    '__name__',
  ),
  fc.constantFrom(
    'x'.repeat(600),
    '\\n',
    'a\\',
    '\ud800',
    'a/b',
    '..',
    '%2f',
    'constructor',
    '__proto__',
    'toString',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);
/** Names of a group that the settings accept. */
const groupName = fc.oneof(
  fc.constantFrom('web-1', 'a/b', '..', '.', 'ä ö', '日本', '%', '?x=1#y', '~', '"quoted"', 'x'.repeat(250)),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .filter((text) => !/\p{Cc}/u.test(text) && text.isWellFormed()),
);
const phase = fc.oneof(
  fc.constantFrom('extract', 'migration', 'cutover', 'other'),
  fc.stringMatching(/^[a-z][a-z0-9_]{0,62}$/),
);
const seconds = fc.oneof(fc.constantFrom(0, 1e-6, 0.1, 1e9), fc.double({ min: 0, max: 1e6, noNaN: true }));
const code = fc.constantFrom(0, 0, 3);

/** Creates a mark of the deployment `id` at a moment. */
type Step = (at: Instant, id: string) => Mark;

const start = fc
  .record({
    version: oddText,
    commitSha: fc.option(oddText),
    url: fc.option(oddText),
    method: oddText,
    service: oddText,
    previousVersion: fc.option(oddText),
  })
  .chain((said) => fc.record({ said: fc.constant(said), declare: declarations() }))
  .map(
    ({ said, declare }): Step =>
      (at, id) =>
        startMark(at, { deploymentId: id, ...said, declare }),
  );

function declarations() {
  const some = fc.array(oddText, { maxLength: 4 });
  return fc.record({
    services: some,
    stages: fc.array(phase, { maxLength: 3 }),
    tests: some,
    resources: some,
    checkTypes: some,
  });
}

const steps: fc.Arbitrary<Step>[] = [
  start,
  fc.record({ stage: phase, service: fc.option(oddText) }).map(
    (said): Step =>
      (at, id) =>
        phaseStartMark(at, { deploymentId: id, ...said }),
  ),
  fc.record({ stage: phase, service: fc.option(oddText), seconds, code, count: fc.option(fc.nat(9)) }).map(
    ({ stage, service, seconds: durationSeconds, code: exitCode, count }): Step =>
      (at, id) =>
        phaseEndMark(at, {
          deploymentId: id,
          stage,
          service,
          durationSeconds,
          startedAt: at,
          migrationCount: count,
          result: exited(exitCode, { cpuSeconds: durationSeconds, memoryBytes: 1024 }),
        }),
  ),
  fc
    .record({
      checkType: oddText,
      healthy: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
      latencySeconds: seconds,
      errorRate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    })
    .map(
      ({ checkType, healthy, latencySeconds, errorRate }): Step =>
        (at, id) =>
          healthMark(
            healthy.map((good, index) => attempt({ at: later(at, index), healthy: good, latencySeconds })),
            { deploymentId: id, checkType, errorRate },
          ),
    ),
  fc.record({ test: oddText, code, service: fc.option(oddText) }).map(
    ({ test, code: exitCode, service }): Step =>
      (at, id) =>
        smokeMark(at, { deploymentId: id, test, service, result: exited(exitCode) }),
  ),
  fc.record({ resource: oddText, usd: seconds }).map(
    (said): Step =>
      (at, id) =>
        costMark(at, { deploymentId: id, ...said }),
  ),
  fc.record({ service: fc.option(oddText), errorRate: fc.double({ min: 0, max: 1, noNaN: true }) }).map(
    (said): Step =>
      (at, id) =>
        errorRateMark(at, { deploymentId: id, ...said }),
  ),
  fc.record({ reason: oddText, toVersion: fc.option(oddText), success: fc.boolean() }).map(
    (said): Step =>
      (at, id) =>
        rollbackMark(at, { deploymentId: id, ...said }),
  ),
  fc
    .record({
      exitCode: fc.constantFrom(0, 3, null),
      error: fc.option(oddText),
      discard: fc.constantFrom(false, false, true),
    })
    .map(
      (said): Step =>
        (at, id) =>
          finishMark(at, { deploymentId: id, ...said }),
    ),
];

/** The names of a group and the steps of its history, each with its deployment; the first step starts it. */
export const oddHistory = fc.record({
  key: fc.record({ instance: groupName, deployment: groupName, environment: groupName }),
  first: start,
  steps: fc.array(fc.tuple(fc.oneof(...steps), fc.constantFrom('d1', 'd2', 'd3')), { maxLength: 15 }),
});
