import { expect, test } from 'vitest';
import { readBudget, readBudgetUse } from '../../../src/ledger/analytics/budget.ts';
import { testLedger } from '../read/testLedger.ts';

const january = { fromMs: Date.parse('2026-01-01T00:00:00Z'), untilMs: Date.parse('2026-02-01T00:00:00Z') };

test('the error budget shows what was used in the period by cause, and what is left', () => {
  const ledger = testLedger();
  ledger.deployment();
  const id = ledger.deployment();
  const event = (at: string, weight: number) =>
    ledger.insert('error_budget_events', { deployment_id: id, at, cause: 'rollback_health', weight });
  event('2026-01-31T23:59:59.999Z', 0.5);
  event('2026-02-01T00:00:00.000Z', 0.5);
  ledger.deployment({ environment: 'staging' });
  expect(readBudget(ledger.db, january)).toMatchObject([
    {
      environment: 'production',
      deployments: 2,
      used: 0.5,
      left: 0.5,
      spent: [{ id, cause: 'rollback_health', weight: 0.5 }],
    },
    { environment: 'staging', deployments: 1, used: 0, left: 1, spent: [] },
  ]);
  expect(readBudget(ledger.db, { ...january, environment: 'staging' })).toHaveLength(1);
  const uncounted = readBudget(ledger.db, january).map(({ deployments: _, ...use }) => use);
  expect(readBudgetUse(ledger.db, january)).toEqual(uncounted);
});

test('imported deployments use the error budget although no total counts them', () => {
  const ledger = testLedger();
  ledger.deployment({ deployment_status: 'failed' });
  const back = ledger.deployment();
  ledger.insert('rollbacks', {
    ...{
      deployment_id: back,
      rollback_id: 'r',
      at: '2026-01-20T00:00:00.000Z',
      reason: 'x',
      reason_class: 'health_check_failed',
    },
    ...{ success: 1, settled: 1 },
  });
  ledger.deployment({ deployment_status: 'failed', discarded: 1 });
  expect(readBudget(ledger.db, january)).toMatchObject([
    {
      used: 1.5,
      left: 0,
      spent: [
        { cause: 'deploy_failed', weight: 1 },
        { id: back, cause: 'rollback_health', weight: 0.5 },
      ],
    },
  ]);
});
