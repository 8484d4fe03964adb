import { expect, test } from 'vitest';
import { readBreakdown } from '../../../src/ledger/analytics/breakdown.ts';
import { goodVersions } from '../../../src/ledger/analytics/goodVersion.ts';
import { type TestLedger, testLedger } from '../read/testLedger.ts';

function rolledBack(ledger: TestLedger, id: string): void {
  ledger.insert('rollbacks', {
    deployment_id: id,
    rollback_id: `rollback-${id}`,
    at: '2026-01-15T00:00:00.000Z',
    reason: 'manual',
    reason_class: 'manual',
    success: 1,
    settled: 1,
  });
}

/** 1.0 succeeded, 1.1 was rolled back, 1.2 failed once and then succeeded. */
function history(): TestLedger {
  const ledger = testLedger();
  const of = (values: object) => ledger.deployment({ hostname: 'web-1', ...values });
  of({ version: '1.0', total_duration: 100, downtime_duration: 4 });
  rolledBack(
    ledger,
    of({ version: '1.1', previous_version: '1.0', total_duration: 110, cutover_duration: 6 }),
  );
  of({ version: '1.2', previous_version: '1.0', deployment_status: 'failed', downtime_duration: 60 });
  of({
    version: '1.2',
    previous_version: '1.0',
    hostname: 'web-2',
    total_duration: 130,
    downtime_duration: 2,
  });
  of({ version: '9.9', deployment_status: 'in-progress', total_duration: null });
  of({ version: '9.8', discarded: 1 });
  return ledger;
}

test('statistics by version show failures, rollbacks and downtime, newest version first', () => {
  const { db } = history();
  const parts = readBreakdown(db, { by: 'version', filter: {} }).parts;
  expect(parts).toMatchObject([
    { version: '1.2', deployments: 2, failed: 1, rolledBack: 0, medianSeconds: 130, downtimeSeconds: 62 },
    { version: '1.1', deployments: 1, failed: 0, rolledBack: 1, medianSeconds: 110, downtimeSeconds: 6 },
    { version: '1.0', deployments: 1, failed: 0, rolledBack: 0, medianSeconds: 100, downtimeSeconds: 4 },
  ]);
  expect(parts.every((part) => part.host === null && part.previousVersion === null)).toBe(true);
});

test('the version to roll back to is the newest that neither failed nor was rolled back', () => {
  const ledger = history();
  const { db } = ledger;
  const good = () => goodVersions(db, readBreakdown(db, { by: 'version', filter: {} }).parts);
  expect(good()).toMatchObject([{ deployment: 'gateway', version: '1.0', inService: '1.2', before: null }]);
  ledger.deployment({ version: '1.3' });
  expect(good()).toMatchObject([{ version: '1.3', inService: '1.3', before: '1.0' }]);
});

test('there is no version to roll back to if each failed', () => {
  const ledger = testLedger();
  ledger.deployment({ deployment_status: 'failed' });
  ledger.deployment({ version: 'unknown' });
  expect(
    goodVersions(ledger.db, readBreakdown(ledger.db, { by: 'version', filter: {} }).parts),
  ).toMatchObject([{ version: null, before: null }]);
});

test('statistics by upgrade show the steps between versions, and by host the hosts', () => {
  const { db } = history();
  const upgrades = readBreakdown(db, { by: 'upgrade', filter: {} }).parts;
  expect(upgrades.map((part) => [part.previousVersion, part.version, part.failed, part.rolledBack])).toEqual([
    ['1.0', '1.2', 1, 0],
    ['1.0', '1.1', 0, 1],
    [null, '1.0', 0, 0],
  ]);
  const hosts = readBreakdown(db, { by: 'host', filter: {} }).parts;
  expect(hosts.map((part) => [part.host, part.deployments, part.failed, part.downtimeSeconds])).toEqual([
    ['web-2', 1, 0, 2],
    ['web-1', 3, 1, 70],
  ]);
});

test('statistics are separate for each site, and a filter limits them', () => {
  const ledger = history();
  ledger.deployment({ version: '1.2', environment: 'staging' });
  const parts = readBreakdown(ledger.db, { by: 'version', filter: {} }).parts;
  expect(parts.filter((part) => part.version === '1.2').map((part) => part.environment)).toEqual([
    'staging',
    'production',
  ]);
  expect(readBreakdown(ledger.db, { by: 'version', filter: { environment: 'staging' } }).parts).toHaveLength(
    1,
  );
  expect(
    readBreakdown(ledger.db, { by: 'version', filter: { limit: 2 } }).parts.map((part) => part.deployments),
  ).toEqual([1, 1]);
});
