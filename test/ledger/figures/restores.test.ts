import { expect, test } from 'vitest';
import { readRestores } from '../../../src/ledger/analytics/restores.ts';
import { type TestLedger, testLedger } from '../read/testLedger.ts';

const at = (minutes: number): string =>
  new Date(Date.parse('2026-01-14T10:00:00Z') + minutes * 60_000).toISOString();

function deployed(
  ledger: TestLedger,
  from: number,
  to: number,
  values: Record<string, string | number> = {},
): string {
  return ledger.deployment({
    deployment_started_at: at(from),
    deployment_completed_at: at(to),
    instance: 'web-1',
    ...values,
  });
}

function wayBack(
  ledger: TestLedger,
  id: string,
  minutes: number,
  values: Record<string, string | number> = {},
): void {
  const row = {
    deployment_id: id,
    rollback_id: `back-${id}-${minutes}`,
    at: at(minutes),
    reason: 'manual',
    reason_class: 'manual',
  };
  ledger.insert('rollbacks', { ...row, success: 1, settled: 1, ...values });
}

test('a failure is restored by the next successful deployment of the same host, or by a rollback', () => {
  const ledger = testLedger();
  deployed(ledger, 0, 5);
  deployed(ledger, 10, 12, { deployment_status: 'failed' });
  deployed(ledger, 13, 14, { instance: 'web-2' });
  deployed(ledger, 13, 14, { environment: 'staging' });
  deployed(ledger, 20, 22, { deployment_status: 'warning' });
  expect(readRestores(ledger.db, {})).toMatchObject({ bad: 1, restoreSeconds: { count: 1, median: 600 } });

  const back = deployed(ledger, 30, 31);
  wayBack(ledger, back, 33, { success: 0 });
  wayBack(ledger, back, 34);
  expect(readRestores(ledger.db, { limit: 1 })).toMatchObject({ bad: 1, restoreSeconds: { median: 180 } });
});

test('a rollback before the end is measured from the step that failed in the end', () => {
  const ledger = testLedger();
  const id = deployed(ledger, 0, 10, { deployment_status: 'failed' });
  ledger.stage({ deployment_id: id, stage: 'migration', status: 'failed', ended_at: at(1) });
  ledger.stage({ deployment_id: id, stage: 'migration', status: 'success', ended_at: at(2) });
  ledger.stage({ deployment_id: id, stage: 'cutover', status: 'failed', ended_at: at(4) });
  wayBack(ledger, id, 7);
  expect(readRestores(ledger.db, {})).toMatchObject({ bad: 1, restoreSeconds: { median: 180 } });
});

test('a failure that was never restored counts as bad and has no time to restore', () => {
  const ledger = testLedger();
  deployed(ledger, 0, 5, { deployment_status: 'failed' });
  expect(readRestores(ledger.db, {})).toMatchObject({ bad: 1, restoreSeconds: { count: 0, median: null } });
});
