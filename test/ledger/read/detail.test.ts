import { expect, test } from 'vitest';
import { readDetail } from '../../../src/ledger/read/detail.ts';
import { testLedger } from './testLedger.ts';

const at = '2026-01-14T19:00:00.000Z';

test('a deployment is read with its phases, attempts, outages, rollbacks, host and warnings', () => {
  const ledger = testLedger();
  const id = ledger.deployment({ started_boot: 'boot-1' });
  const other = ledger.deployment();
  const run = ledger.stage({ deployment_id: id, stage: 'cutover' });
  ledger.stage({ deployment_id: other, stage: 'extract' });
  ledger.insert('migrations', {
    deployment_id: id,
    run_id: run,
    service: 'gateway',
    finished_at: at,
    status: 'success',
    migration_count: 3,
  });
  ledger.insert('health_verifications', {
    deployment_id: id,
    verification_id: 'v1',
    service: 'gateway',
    check_type: 'http',
    started_at: at,
    ended_at: at,
    duration_seconds: 15.8,
    success: 1,
    verdict: 'healthy',
    attempts: 4,
  });
  const check = { deployment_id: id, service: 'gateway', check_type: 'http', checked_at: at };
  for (let attempt = 0; attempt < 3; attempt++) {
    ledger.insert('health_checks', {
      ...check,
      verification_id: 'v1',
      latency_seconds: 1,
      status: 'unhealthy',
      verdict: 'refused',
    });
  }
  ledger.insert('health_checks', {
    ...check,
    verification_id: 'v1',
    latency_seconds: 0.2,
    status: 'healthy',
    verdict: 'healthy',
  });
  ledger.insert('health_checks', {
    ...check,
    run_id: run,
    latency_seconds: 0.4,
    status: 'healthy',
    verdict: 'healthy',
  });
  ledger.insert('outages', { deployment_id: id, run_id: run, began_at: at });
  ledger.insert('rollbacks', {
    deployment_id: id,
    rollback_id: 'r1',
    at,
    reason: 'manual',
    reason_class: 'manual',
    success: 1,
  });
  ledger.insert('host_facts', { boot: 'boot-1', cpu: 'Xeon', cores: 4, memory_bytes: 2 ** 33, read_at: at });
  ledger.insert('warnings', { at, deployment_id: id, code: 'CLOCK', message: 'backwards' });
  expect(readDetail(ledger.db, id)).toMatchObject({
    deployment: { id, rolledBack: true },
    stages: [{ runId: run, stage: 'cutover', migrationCount: 3, ofRollback: false }],
    comparisons: [{ runId: run, runs: 0 }],
    verifications: [
      {
        success: true,
        summary: {
          attempts: 4,
          healthy: 1,
          latencySeconds: 0.2,
          verdicts: [
            { verdict: 'refused', count: 3 },
            { verdict: 'healthy', count: 1 },
          ],
        },
      },
    ],
    probes: [{ runId: run, summary: { attempts: 1, healthy: 1, latencySeconds: 0.4 } }],
    outages: [{ runId: run, beganAt: at, endedAt: null }],
    rollbacks: [{ reason: 'manual', success: true, settled: true }],
    host: { cpu: 'Xeon', cores: 4, memoryBytes: 2 ** 33 },
    warnings: [{ code: 'CLOCK', message: 'backwards' }],
  });
});

test('a deployment with only its own row has no details', () => {
  const ledger = testLedger();
  expect(readDetail(ledger.db, ledger.deployment())).toMatchObject({
    stages: [],
    comparisons: [],
    verifications: [],
    probes: [],
    outages: [],
    rollbacks: [],
    host: null,
    warnings: [],
  });
  expect(readDetail(ledger.db, 'nobody')).toBeNull();
});
