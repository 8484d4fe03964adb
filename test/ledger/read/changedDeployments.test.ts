import { expect, test } from 'vitest';
import { changedSince, seenLedger } from '../../../src/ledger/read/changedDeployments.ts';
import { type TestLedger, testLedger } from './testLedger.ts';

/** The IDs that are reported after some work. */
function after(ledger: TestLedger, work: () => void): string[] | null {
  const before = seenLedger(ledger.db);
  work();
  return changedSince(ledger.db, { before, after: seenLedger(ledger.db) });
}

test('every change of a recent deployment is reported with its ID, and a push or nothing is not', () => {
  const ledger = testLedger();
  const [one, open] = [ledger.deployment(), ledger.deployment({ deployment_status: 'in-progress' })];
  const run = (sql: string) => () => ledger.db.exec(sql);
  expect(after(ledger, () => {})).toEqual([]);
  expect(
    after(
      ledger,
      run("INSERT INTO groups (instance, deployment, environment, seq) VALUES ('a', 'b', 'c', 3)"),
    ),
  ).toEqual([]);
  expect(after(ledger, () => void ledger.stage({ deployment_id: open, stage: 'build' }))).toEqual([open]);
  expect(
    after(ledger, run(`UPDATE deployment_stages SET duration_seconds = 99 WHERE deployment_id = '${open}'`)),
  ).toEqual([open]);
  expect(
    after(
      ledger,
      run(`UPDATE deployment_metrics SET deployment_status = 'failed' WHERE deployment_id = '${open}'`),
    ),
  ).toEqual([open]);
  expect(
    after(ledger, run(`UPDATE deployment_metrics SET discarded = 1 WHERE deployment_id = '${one}'`)),
  ).toEqual([one]);
  expect(after(ledger, run(`DELETE FROM deployment_metrics WHERE deployment_id = '${one}'`))).toEqual([one]);
  let added = '';
  expect(
    after(ledger, () => {
      added = ledger.deployment();
    }),
  ).toEqual([added]);
});

test('a rollback of an old deployment is reported, and an import of many is reported as any change', () => {
  const ledger = testLedger();
  const old = ledger.deployment();
  for (let n = 0; n < 110; n += 1) ledger.deployment();
  const rollback = () =>
    ledger.insert('rollbacks', {
      deployment_id: old,
      rollback_id: 'r',
      at: '2026-01-14T20:00:00.000Z',
      reason: 'x',
      reason_class: 'manual',
      success: 1,
    });
  expect(after(ledger, rollback)).toEqual([old]);
  expect(
    after(ledger, () => {
      for (let n = 0; n < 300; n += 1) ledger.deployment();
    }),
  ).toBeNull();
});
