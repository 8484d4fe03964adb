import { describe, expect, test } from 'vitest';
import { deploymentTables } from '../../../src/ledger/file/storeTables.ts';
import { readTrackedItems } from '../../../src/ledger/read/changes.ts';
import {
  matchingIds,
  readDeployment,
  readHistory,
  tablesOfHistory,
} from '../../../src/ledger/read/deployments.ts';
import type { DeploymentFilter } from '../../../src/ledger/read/filter.ts';
import { testLedger } from './testLedger.ts';

describe('History', () => {
  test('history has the newest first, up to a limit, with running but without discarded or incomplete deployments', () => {
    const ledger = testLedger();
    const oldest = ledger.deployment();
    const failed = ledger.deployment({ deployment_status: 'failed' });
    ledger.deployment({ discarded: 1 });
    ledger.deployment({ fragment: 1 });
    const running = ledger.deployment({ deployment_status: 'in-progress' });
    expect(readHistory(ledger.db, {}).map((one) => one.id)).toEqual([running, failed, oldest]);
    expect(readHistory(ledger.db, { limit: 1 }).map((one) => one.id)).toEqual([running]);
    expect(readHistory(ledger.db, { status: 'failed' }).map((one) => one.id)).toEqual([failed]);
    expect(readHistory(ledger.db, { environment: 'staging' })).toEqual([]);
  });

  test('history reads only the tables that it names', () => {
    const { db, deployment } = testLedger();
    const id = deployment();
    const named = tablesOfHistory();
    const others = deploymentTables.filter((table) => !named.includes(table));
    expect(others).toContain('migrations');
    for (const table of others) db.exec(`DROP TABLE ${table}`);
    expect(readHistory(db, {}).map((one) => one.id)).toEqual([id]);
    expect(readTrackedItems(db, id)).toEqual([]);
  });

  test('history of a host, and of the versions that begin with a text', () => {
    const ledger = testLedger();
    const one = ledger.deployment({ version: '2.4.0', instance: 'web-1' });
    const other = ledger.deployment({ version: '2.40.1', instance: 'web-2' });
    ledger.deployment({ version: '12.4', instance: 'web-2' });
    const ids = (filter: DeploymentFilter) => readHistory(ledger.db, filter).map(({ id }) => id);
    expect(ids({ version: '2.4' })).toEqual([other, one]);
    expect(ids({ version: '2.4', host: 'web-2' })).toEqual([other]);
    expect(ids({ version: '%' })).toEqual([]);
  });

  test('history reads only as many rows as it shows, through an index', () => {
    const ledger = testLedger();
    readHistory(ledger.db, { limit: 10 });
    const plan = ledger.db
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${ledger.statements.at(-1)}`)
      .all();
    expect(plan.slice(0, 1)).toEqual([
      expect.objectContaining({ detail: 'SCAN d USING INDEX deployment_by_start' }),
    ]);
    expect(plan.filter((row) => row.detail.includes('TEMP B-TREE FOR ORDER BY'))).toEqual([]);
  });
});

describe('Deployment', () => {
  test('a deployment without a verification is neither healthy nor unhealthy', () => {
    const ledger = testLedger();
    const unknown = ledger.deployment();
    const unhealthy = ledger.deployment({ health_check_duration: 3 });
    const healthy = ledger.deployment({ health_check_duration: 3, health_check_success: 1 });
    const verdicts = [unknown, unhealthy, healthy].map((id) => readDeployment(ledger.db, id)?.healthy);
    expect(verdicts).toEqual([null, false, true]);
  });

  test('a deployment counts as rolled back only if a rollback succeeded', () => {
    const ledger = testLedger();
    const id = ledger.deployment();
    const rollback = {
      deployment_id: id,
      at: '2026-01-14T19:00:00.000Z',
      reason: 'health',
      reason_class: 'other',
    };
    ledger.insert('rollbacks', { ...rollback, rollback_id: 'r1', to_version: '0.8', success: 0 });
    expect(readDeployment(ledger.db, id)).toMatchObject({ rolledBack: false, rolledBackTo: null });
    ledger.insert('rollbacks', { ...rollback, rollback_id: 'r2', to_version: '0.9', success: 1 });
    expect(readDeployment(ledger.db, id)).toMatchObject({ rolledBack: true, rolledBackTo: '0.9' });
  });

  test('a deployment is found even if it is discarded or incomplete, but not by an unknown ID', () => {
    const ledger = testLedger();
    expect(readDeployment(ledger.db, ledger.deployment({ discarded: 1 }))?.discarded).toBe(true);
    expect(readDeployment(ledger.db, ledger.deployment({ fragment: 1 }))?.fragment).toBe(true);
    expect(readDeployment(ledger.db, 'nobody')).toBeNull();
  });
});

describe('Abbreviated IDs', () => {
  test('a deployment is found by its ID, the beginning of it, or the part after its hyphen', () => {
    const ledger = testLedger();
    const first = ledger.deployment({ deployment_id: '20260114T184500Z-1a2b3c4d' });
    const second = ledger.deployment({ deployment_id: '20260114T184500Z-1a2b3c4e' });
    expect(matchingIds(ledger.db, first)).toEqual([first]);
    expect(matchingIds(ledger.db, '1a2b3c4e')).toEqual([second]);
    expect(matchingIds(ledger.db, '20260114T')).toEqual([second, first]);
    expect(matchingIds(ledger.db, '2b3c4e')).toEqual([]);
    expect(matchingIds(ledger.db, '4e')).toEqual([]);
    expect(matchingIds(ledger.db, '%%%%')).toEqual([]);
  });

  test('a complete ID takes precedence over longer ones', () => {
    const ledger = testLedger();
    ledger.deployment({ deployment_id: 'release-1' });
    ledger.deployment({ deployment_id: 'release-10' });
    expect(matchingIds(ledger.db, 'release-1')).toEqual(['release-1']);
  });
});
