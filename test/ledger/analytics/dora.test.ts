import { describe, expect, test } from 'vitest';
import { readDelivery } from '../../../src/ledger/analytics/dora.ts';
import { isoTime } from '../../../src/model.ts';
import { firstStartMs, type TestLedger, testLedger } from '../read/testLedger.ts';

const hour = 3_600_000;

/** A deployment that starts at this hour and takes 100 s. */
function deploy(
  ledger: TestLedger,
  at: number,
  values: Parameters<TestLedger['deployment']>[0] = {},
): string {
  const startMs = firstStartMs + at * hour;
  const times = {
    deployment_started_at: isoTime(startMs),
    deployment_completed_at: isoTime(startMs + 100_000),
  };
  return ledger.deployment({ ...times, instance: 'web-1', hostname: 'web-1', ...values });
}

function rollBack(
  ledger: TestLedger,
  id: string,
  { at, success = 1 }: { at: number; success?: number },
): void {
  ledger.insert('rollbacks', {
    deployment_id: id,
    rollback_id: `rollback-${id}`,
    at: isoTime(firstStartMs + at * hour),
    reason: 'health_check_failed',
    reason_class: 'health_check_failed',
    success,
    settled: 1,
  });
}

function committed(ledger: TestLedger, id: string, at: string): void {
  noteFact(ledger, id, { fact: 'git.committed_at', value: at });
}

function noteFact(ledger: TestLedger, id: string, noted: { fact: string; value: string }): void {
  ledger.insert('deployment_facts', {
    deployment_id: id,
    ...noted,
    source: 'git',
    at: isoTime(firstStartMs),
  });
}

const measured = (ledger: TestLedger, byHost = false) => readDelivery(ledger.db, { byHost, filter: {} });

describe('DORA measures of the rows', () => {
  test('the lead time begins with the commit, otherwise with the trigger, and counts changes that have one', () => {
    const ledger = testLedger();
    const both = deploy(ledger, 10, {
      triggered_at: isoTime(firstStartMs + 9 * hour),
      previous_version: '0.9',
    });
    committed(ledger, both, isoTime(firstStartMs + 8 * hour));
    deploy(ledger, 20, { triggered_at: isoTime(firstStartMs + 19 * hour) });
    deploy(ledger, 30);
    committed(ledger, deploy(ledger, 40), isoTime(firstStartMs + 50 * hour));
    // No changes: the version in service again, a rollback, and a failure.
    deploy(ledger, 50, { version: '7', previous_version: '7', triggered_at: isoTime(firstStartMs) });
    deploy(ledger, 60, { rollback_of: both, triggered_at: isoTime(firstStartMs) });
    deploy(ledger, 70, { deployment_status: 'failed', triggered_at: isoTime(firstStartMs) });
    const [found] = measured(ledger);
    expect(found).toMatchObject({ changes: 4, fromCommit: 1, successful: { count: 6, of: 7 } });
    expect(found?.leadSeconds).toMatchObject({ count: 2, min: 3700, max: 7300 });
  });

  test('a deployment that an automatic rollback took back is a failed change and recovers with the rollback', () => {
    const ledger = testLedger();
    deploy(ledger, 1);
    const failed = deploy(ledger, 2, { deployment_status: 'failed', cutover_duration: 5 });
    ledger.stage({
      deployment_id: failed,
      stage: 'cutover',
      status: 'failed',
      ended_at: isoTime(firstStartMs + 2 * hour + 60_000),
    });
    rollBack(ledger, failed, { at: 2.1 });
    // It ended well and was rolled back an hour later.
    rollBack(ledger, deploy(ledger, 3), { at: 4 });
    const [found] = measured(ledger);
    expect(found?.bad).toEqual({ count: 2, of: 3 });
    expect(found?.recoverySeconds).toMatchObject({ count: 2, min: 300, max: 3500 });
  });

  test('rework is a rollback, and what follows a fault that users could see', () => {
    const ledger = testLedger();
    const failed = { deployment_status: 'failed' };
    deploy(ledger, 1, failed);
    deploy(ledger, 2); // after a failure before the cutover: users saw nothing
    deploy(ledger, 3, { ...failed, cutover_duration: 5 });
    deploy(ledger, 4); // rework
    const taken = deploy(ledger, 5);
    rollBack(ledger, taken, { at: 5.5 });
    deploy(ledger, 6); // rework
    deploy(ledger, 7, { rollback_of: taken }); // rework
    deploy(ledger, 8); // rework
    deploy(ledger, 9);
    rollBack(ledger, deploy(ledger, 10), { at: 10.5, success: 0 });
    deploy(ledger, 11); // the rollback before it failed, and the deployment succeeded
    noteFact(ledger, deploy(ledger, 12), { fact: 'gate.hotfix', value: 'login is broken' }); // rework
    expect(measured(ledger)[0]?.rework).toEqual({ count: 5, of: 12 });
  });

  test('rework looks at the same host, and also at a deployment before the period', () => {
    const ledger = testLedger();
    rollBack(ledger, deploy(ledger, 1), { at: 1.5 });
    deploy(ledger, 2, { instance: 'web-2', hostname: 'web-2' });
    deploy(ledger, 3);
    const filter = { sinceMs: firstStartMs + 2 * hour };
    const hosts = readDelivery(ledger.db, { byHost: true, filter });
    expect(hosts.map(({ host, hosts, rework }) => ({ host, hosts, rework }))).toEqual([
      { host: 'web-2', hosts: 1, rework: { count: 0, of: 1 } },
      { host: 'web-1', hosts: 1, rework: { count: 1, of: 1 } },
    ]);
    expect(readDelivery(ledger.db, { byHost: false, filter })).toMatchObject([{ host: null, hosts: 2 }]);
  });

  test('each site has its own measures, and running, discarded and incomplete deployments are in none', () => {
    const ledger = testLedger();
    deploy(ledger, 1);
    deploy(ledger, 2, { environment: 'staging' });
    deploy(ledger, 3, { environment: 'staging' });
    deploy(ledger, 4, { deployment_status: 'in-progress', deployment_completed_at: null });
    deploy(ledger, 5, { discarded: 1 });
    deploy(ledger, 6, { fragment: 1 });
    expect(measured(ledger).map(({ environment, successful }) => [environment, successful.of])).toEqual([
      ['staging', 2],
      ['production', 1],
    ]);
  });
});
