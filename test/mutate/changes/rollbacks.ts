import { of } from '../mutation.ts';

const decision = 'test/ledger/automaticRollback.test.ts';

/** A rollback runs once, to the right version, or not at all; a verdict on a phase is about that phase. */
export const rollbacks = [
  ...of('src/ledger/rollback/verdict.ts', [
    {
      find: "if (situation.rolledBackBefore) return { kind: 'decided' };",
      replace: '',
      tests: [decision],
      why: 'a second failing check runs the rollback command again',
    },
    {
      find: "if (situation.superseded) return { kind: 'superseded' };",
      replace: '',
      tests: [decision],
      why: 'the rollback of an older deployment takes the newer one out of service',
    },
  ]),
  ...of('src/ledger/rollback/knownVersions.ts', [
    {
      find: "(${isBad('x')} OR EXISTS",
      replace: '(EXISTS',
      tests: [decision],
      why: 'a version that is marked bad is restored',
    },
  ]),
  ...of('src/ledger/rollback/situation.ts', [
    {
      find: 'AND of_rollback = 1 ORDER BY id DESC LIMIT 1',
      replace: 'ORDER BY id DESC LIMIT 1',
      tests: [decision],
      why: 'a phase with the name rollback counts as the command, which is then never run',
    },
  ]),
  ...of('src/phases/automaticRollback/plan.ts', [
    {
      find: 'shown: redact(rollback)',
      replace: 'shown: rollback',
      tests: ['test/rollback/options.test.ts'],
      only: '--dry-run shows',
      why: 'the secrets of a rollback command are in the log of the CI',
    },
  ]),
  ...of('src/phases/automaticRollback/confirm.ts', [
    {
      find: 'return /^\\s*y(es)?\\s*$/i.test(',
      replace: 'return !/^\\s*no?\\s*$/i.test(',
      tests: ['test/rollback/options.test.ts'],
      only: 'yes rolls back',
      why: 'an empty answer to --confirm rolls back',
    },
  ]),
  ...of('src/ledger/marks/openRollback.ts', [
    {
      find: 'if (seen !== undefined && !goesOn(database, { deploymentId, seen }))',
      replace: 'if (seen !== undefined)',
      tests: [decision],
      why: 'one outage becomes two, and the downtime of a rollback is not the outage that users saw',
    },
  ]),
  ...of('src/ledger/read/phaseComparison.ts', [
    {
      find: 'd.deployment = this.deployment AND d.environment = this.environment AND d.discarded = 0',
      replace: 'd.deployment = this.deployment AND d.discarded = 0',
      tests: ['test/ledger/read/phaseComparison.test.ts'],
      why: 'a phase in production is compared with staging',
    },
    {
      find: 'Math.max(median * Math.max(reach, floors.ratio), median + floors.seconds)',
      replace: 'median * Math.max(reach, floors.ratio)',
      tests: ['test/ledger/read/verdict.test.ts'],
      why: '50 ms more of a phase of 100 ms is a regression',
    },
  ]),
  ...of('src/ledger/analytics/regressions.ts', [
    {
      find: 'if (since === null && wasOftenSo(seconds.slice(0, -3), shortest)) return null;',
      replace: '',
      tests: ['test/ledger/analytics/regressions.test.ts'],
      why: 'a nightly job reports a phase with two kinds of runs every week',
    },
  ]),
  ...of('src/report/phaseReport.ts', [
    {
      find: 'return slow.length < 2',
      replace: 'return slow.length < 1',
      tests: ['test/cli/verdict.test.ts'],
      only: '--max-slowdown fails',
      why: 'one slow run stops a deployment that uses --max-slowdown',
    },
  ]),
];
