import { of } from '../mutation.ts';

/** What is counted, once, with the bounds and weights of the documents. */
export const totals = [
  ...of('src/ledger/totals/budgetTotals.ts', [
    {
      find: 'rollback_health: 0.5,',
      replace: 'rollback_health: 1,',
      tests: ['test/ledger/errorBudget.test.ts'],
      why: 'a rollback for bad health uses twice its error budget',
    },
    {
      find: 'Math.min(weights[cause], 1 - spent)',
      replace: 'weights[cause]',
      tests: ['test/ledger/errorBudget.test.ts'],
      why: 'one deployment uses the error budget of several',
    },
  ]),
  ...of('src/ledger/marks/budgetEvents.ts', [
    {
      find: 'reasonsOfSuccess(database, row).length === 1;',
      replace: 'reasonsOfSuccess(database, row).length >= 1;',
      tests: ['test/ledger/errorBudget.test.ts'],
      why: 'a deployment that is rolled back twice is bad twice',
    },
    {
      find: "row.status !== 'failed' &&",
      replace: '',
      tests: ['test/ledger/errorBudget.test.ts'],
      why: 'a failed deployment that is rolled back is bad twice',
    },
    {
      find: "if (reasonClass === 'health_check_failed') return 'rollback_health';",
      replace: '',
      tests: ['test/ledger/errorBudget.test.ts'],
      why: 'the cause of a spent error budget is wrong',
    },
    {
      find: "if (migration === 1) return 'migration_failed';",
      replace: '',
      tests: ['test/ledger/errorBudget.test.ts'],
      why: 'the cause of a spent error budget is wrong',
    },
  ]),
  ...of('src/ledger/totals/finishTotals.ts', [
    {
      find: "status === 'failed' ? 'failure' : 'success'",
      replace: "status === 'success' ? 'success' : 'failure'",
      tests: ['test/ledger/finish.test.ts'],
      why: 'a warning counts as a failed deployment',
    },
    {
      find: 'coalesce(downtime_duration, cutover_duration) AS downtime',
      replace: 'coalesce(cutover_duration, downtime_duration) AS downtime',
      tests: ['test/ledger/downtime.test.ts'],
      why: 'measured downtime is replaced by the duration of the cutover',
    },
  ]),
  ...of('src/ledger/totals/totals.ts', [
    {
      find: 'find((upper) => value <= upper)',
      replace: 'find((upper) => value < upper)',
      tests: ['test/ledger/phases.test.ts'],
      why: 'a value equal to a bound counts above it',
    },
    {
      find: "'', Math.round(amount * 1e6));",
      replace: "'', Math.floor(amount * 1e6));",
      tests: ['test/ledger/totals.test.ts'],
      only: 'Sums',
      why: 'sums lose a microsecond now and then',
    },
    {
      find: "'sum', Math.round(value * 1e6));",
      replace: "'sum', value * 1e6);",
      tests: ['test/ledger/totals.test.ts'],
      only: 'Sums',
      why: 'sums of fractions fall by rounding',
    },
    {
      find: 'ON CONFLICT DO UPDATE SET value = value + excluded.value',
      replace: 'ON CONFLICT DO UPDATE SET value = max(value, excluded.value)',
      tests: ['test/ledger/totals.test.ts'],
      only: 'Sums',
      why: 'counters stay at 1',
    },
    {
      find: '  stage: 45,',
      replace: '  stage: 46,',
      tests: ['test/ledger/declarations.test.ts'],
      why: 'a group has more series than the documents promise',
    },
    {
      find: '  service: 4,',
      replace: '  service: 40,',
      tests: ['test/ledger/declarations.test.ts'],
      why: 'names of services make the gateway grow',
    },
    {
      find: 'return declaredValues >= caps[kind] - 1;',
      replace: 'return declaredValues >= caps[kind];',
      tests: ['test/ledger/declarations.test.ts'],
      why: 'the limit of labels is exceeded by `other`',
    },
    {
      find: 'const maxLabelBytes = 128;',
      replace: 'const maxLabelBytes = 256;',
      tests: ['test/ledger/declarations.test.ts'],
      why: 'two labels of the ledger are one on the gateway',
    },
    {
      find: '  if (row.fragment) return;\n  const { durationSeconds } = run;',
      replace: '  const { durationSeconds } = run;',
      tests: ['test/ledger/start.test.ts'],
      why: 'marks of an unknown ID are counted, and once more when its start is recorded',
    },
    {
      find: 'if (row.fragment || count === 0) return;',
      replace: 'if (count === 0) return;',
      tests: ['test/ledger/start.test.ts', 'test/ledger/phases.test.ts'],
      why: 'migrations of an unknown ID are counted twice',
    },
    {
      find: "'UPDATE groups SET seq = seq + 1, gone_at = NULL",
      replace: "'UPDATE groups SET seq = seq, gone_at = NULL",
      tests: ['test/ledger/start.test.ts'],
      why: 'marks are never pushed',
    },
    {
      find: "'UPDATE groups SET adopted_at = NULL WHERE id = ?'",
      replace: "'UPDATE groups SET adopted_at = adopted_at WHERE id = ?'",
      tests: ['test/ledger/start.test.ts'],
      only: 'after a start the gateway is read',
      why: 'a deployment overwrites what another host has counted since',
    },
  ]),
  ...of('src/ledger/totals/healthTotals.ts', [
    {
      find: 'return answered ? latencySeconds * 1000 : 5000;',
      replace: 'return latencySeconds * 1000;',
      tests: ['test/ledger/healthAttempts.test.ts'],
      why: 'an attempt without a response counts as a fast one',
    },
    {
      find: 'first === -1 ? [] : attempts.slice(first)',
      replace: 'attempts',
      tests: ['test/ledger/healthAttempts.test.ts'],
      why: 'the start-up of each version counts as failed health checks',
    },
  ]),
  ...of('src/buckets.ts', [
    {
      find: 'deployment_downtime_seconds: [1, 2.5, 5, 10, 15,',
      replace: 'deployment_downtime_seconds: [1, 2.5, 5, 10, 16,',
      tests: ['test/metrics/bounds.test.ts'],
      why: 'every ledger and dashboard has other bounds',
    },
  ]),
  ...of('src/metrics/samples.ts', [
    {
      find: '(upper <= bound ? sum + count : sum)',
      replace: '(upper === bound ? sum + count : sum)',
      tests: ['test/metrics/samples.test.ts'],
      why: 'quantiles are wrong',
    },
    {
      find: 'parts.set(part, (parts.get(part) ?? 0) + value);',
      replace: 'parts.set(part, value);',
      tests: ['test/metrics/samples.test.ts'],
      why: 'two labels that are equal after the cut replace each other, and the counter falls',
    },
    {
      find: "return rolledBack ? 'failed' : status;",
      replace: 'return status;',
      tests: ['test/metrics/samples.test.ts', 'test/ledger/rollback.test.ts'],
      why: 'a version that was rolled back looks healthy',
    },
  ]),
  ...of('src/ledger/push/snapshot.ts', [
    {
      find: 'value + base AS value',
      replace: 'value AS value',
      tests: ['test/ledger/snapshot.test.ts'],
      why: 'the counts of another ledger disappear from the gateway',
    },
    {
      find: "isFull(kind, of(kind).length) ? [...of(kind), 'other'] : of(kind)",
      replace: 'of(kind)',
      tests: [
        'test/ledger/snapshot.test.ts',
        'test/contract/zeros.test.ts',
        'test/ledger/declarations.test.ts',
      ],
      only: 'other|full|cap',
      why: 'the first event beyond a limit is no increase',
    },
    {
      find: 'if (isFitSnapshot(snapshot)) return snapshot;',
      replace: 'return snapshot;',
      tests: ['test/ledger/snapshot.test.ts'],
      why: 'one impossible value in a row stops every push',
    },
  ]),
  ...of('src/ledger/marks/applyFinish.ts', [
    {
      find: "if (status !== 'discarded') {",
      replace: "if (status !== 'success' || mark.discard || row.id > 0) {",
      tests: ['test/ledger/finish.test.ts'],
      why: 'a discarded deployment counts',
    },
    {
      find: "if (row.status !== 'in-progress') return fillIn(database, { row, mark });",
      replace: '',
      tests: ['test/ledger/finish.test.ts'],
      why: 'a second finish counts a second deployment',
    },
    {
      find: "status === 'success' || status === 'warning'\n      ?",
      replace: "status === 'success'\n      ?",
      tests: ['test/ledger/finish.test.ts'],
      why: 'a deployment with a warning has no time to deploy',
    },
  ]),
  ...of('src/ledger/marks/applyPhaseEnd.ts', [
    {
      find: 'if (isOpen && known?.ended === true) return [endedBefore(mark)];',
      replace: '',
      tests: ['test/ledger/phases.test.ts'],
      why: 'a second end of a phase counts twice',
    },
    {
      find: '  if (isOpen) {\n    const run',
      replace: '  {\n    const run',
      tests: ['test/ledger/late.test.ts'],
      why: 'a phase after the end changes totals',
    },
    {
      find: 'ORDER BY coalesce(caller = ?, 0) DESC, coalesce(caller = ?, 0) DESC, id DESC LIMIT 1',
      replace: 'ORDER BY (? IS ?) < 0, id DESC LIMIT 1',
      tests: ['test/ledger/phases.test.ts'],
      why: 'parallel runs of a phase swap their times and results',
    },
  ]),
];
