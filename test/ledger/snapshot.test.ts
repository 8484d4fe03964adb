import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/ledger/file/addon.ts';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { isFitSnapshot, readSnapshot } from '../../src/ledger/push/snapshot.ts';
import { fakeContext } from '../support/context.ts';
import { fullSnapshot } from '../support/fullSnapshot.ts';
import { toldScripts } from './script.ts';

const group = { groupId: 1, programVersion: '0.1.0' };

let folder: string;
let database: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
  database = openOrCreateLedger(fakeContext(), {
    path: join(folder, 'deployments.db'),
  });
  database.exec("UPDATE ledger SET ledger_id = 'ledger-7'");
  database.exec(
    "INSERT INTO groups (id, instance, deployment, environment, seq) VALUES (1, 'host-a', 'shop', 'production', 5)",
  );
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Columns {
  readonly [column: string]: string | number | null;
}

/** A row of the group that succeeded a minute after its start at 10:0`minute`. */
function deployed(id: string, { minute, ...columns }: { minute: number } & Columns): void {
  insert('deployment_metrics', {
    deployment_id: id,
    version: `1.0.${minute}`,
    deployment_started_at: `2026-01-15T10:${String(minute).padStart(2, '0')}:00.000Z`,
    deployment_completed_at: `2026-01-15T10:${String(minute).padStart(2, '0')}:59.500Z`,
    deployment_status: 'success',
    total_duration: 59.5,
    instance: 'host-a',
    deployment: 'shop',
    environment: 'production',
    service: 'shop',
    ...columns,
  });
}

function insert(table: string, row: Columns): void {
  const names = Object.keys(row);
  database
    .prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
    .run(...Object.values(row));
}

function stage(deploymentId: string, columns: Columns): void {
  const row = {
    service: 'shop',
    stage: 'cutover',
    started_at: '2026-01-15T10:00:01.000Z',
    duration_seconds: 1.5,
    status: 'success',
  };
  insert('deployment_stages', {
    deployment_id: deploymentId,
    run_id: `run-${Math.random()}`,
    ...row,
    ...columns,
  });
}

function rolledBack(deploymentId: string, columns: Columns): void {
  const row = { rollback_id: `r-${deploymentId}`, reason: 'x', reason_class: 'other', success: 1 };
  insert('rollbacks', { deployment_id: deploymentId, ...row, ...columns });
}

function verified(deploymentId: string, { success, ...columns }: { success: number } & Columns): void {
  const times = {
    started_at: '2026-01-15T10:00:01.000Z',
    ended_at: '2026-01-15T10:00:02.000Z',
    duration_seconds: 1,
  };
  const row = {
    verification_id: `v-${Math.random()}`,
    service: 'shop',
    check_type: 'http',
    verdict: 'x',
    attempts: 1,
  };
  insert('health_verifications', { deployment_id: deploymentId, ...row, ...times, success, ...columns });
}

test('a group without events has the four stages of the default service', () => {
  expect(readSnapshot(database, group)).toEqual({
    key: { instance: 'host-a', deployment: 'shop', environment: 'production' },
    errorRates: null,
    ledgerId: 'ledger-7',
    programVersion: '0.1.0',
    events: 5,
    totals: [],
    defaultService: 'shop',
    declared: {
      services: ['shop'],
      stages: ['extract', 'venv_rebuild', 'migration', 'cutover'].map((name) => ['shop', name]),
      tests: [],
      resources: [],
      checkTypes: [],
    },
    recent: [],
    inService: null,
    lastVerificationHealthy: null,
    lastChecks: [],
    lastStages: [],
    lastDurationSeconds: null,
    recentVersions: [],
    host: null,
    memoryBytes: null,
  });
});

test('declarations are in the order in which they were made', () => {
  const declare = database.prepare('INSERT INTO declarations VALUES (1, ?, ?, ?)');
  declare.run('stage', '["worker","build"]', '2');
  declare.run('stage', '["shop","extract"]', '1');
  declare.run('service', 'worker', '1');
  declare.run('check_type', 'http', '1');
  declare.run('test', 'login', '1');
  declare.run('resource', 'compute', '1');
  expect(readSnapshot(database, group).declared).toEqual({
    services: ['shop', 'worker'],
    stages: [
      ['shop', 'extract'],
      ['worker', 'build'],
    ],
    tests: ['login'],
    resources: ['compute'],
    checkTypes: ['http'],
  });
});

test('totals and the sequence number include the baseline read from the gateway', () => {
  const total = database.prepare(
    'INSERT INTO totals (group_id, family, labels, part, value, base) VALUES (?, ?, ?, ?, ?, ?)',
  );
  total.run(1, 'deployment_total', '["success"]', '', 2, 40);
  total.run(1, 'deploytrack_ledger_events_total', '[]', '', 0, 100);
  total.run(2, 'deployment_total', '["success"]', '', 9, 9);
  const snapshot = readSnapshot(database, group);
  expect(snapshot.totals).toEqual([{ family: 'deployment_total', labels: ['success'], part: '', value: 42 }]);
  expect(snapshot.events).toBe(105);
});

test('the snapshot has the last ten deployments of its group, newest first, without discarded and incomplete ones', () => {
  for (let minute = 0; minute < 12; minute += 1) deployed(`d${minute}`, { minute });
  deployed('elsewhere', { minute: 20, instance: 'host-b' });
  deployed('other', { minute: 21, deployment: 'api' });
  deployed('staging', { minute: 22, environment: 'staging' });
  deployed('discarded', { minute: 23, discarded: 1 });
  deployed('fragment', { minute: 24, fragment: 1 });
  const { recent } = readSnapshot(database, group);
  expect(recent.map(({ id }) => id)).toEqual(['d11', 'd10', 'd9', 'd8', 'd7', 'd6', 'd5', 'd4', 'd3', 'd2']);
});

test('a deployment has its attributes, and whether a rollback of it succeeded', () => {
  deployed('d1', { minute: 1, deployment_method: 'ci', url: 'https://ci/1' });
  deployed('d2', {
    minute: 2,
    deployment_status: 'in-progress',
    total_duration: null,
    deployment_completed_at: null,
  });
  rolledBack('d1', { at: '2026-01-15T11:00:00.000Z', to_version: '0.9' });
  rolledBack('d2', { at: '2026-01-15T11:00:00.000Z', to_version: '0.9', success: 0 });
  expect(readSnapshot(database, group).recent).toEqual([
    {
      id: 'd2',
      version: '1.0.2',
      status: 'in-progress',
      rolledBack: false,
      method: 'manual',
      url: null,
      startedAtMs: Date.parse('2026-01-15T10:02:00.000Z'),
      durationSeconds: null,
      stages: [],
      costs: [],
    },
    {
      id: 'd1',
      version: '1.0.1',
      status: 'success',
      rolledBack: true,
      method: 'ci',
      url: 'https://ci/1',
      startedAtMs: Date.parse('2026-01-15T10:01:00.000Z'),
      durationSeconds: 59.5,
      stages: [],
      costs: [],
    },
  ]);
});

test('the latest run of each stage is shown, a rollback only if there is no other run, and late marks never', () => {
  deployed('d1', { minute: 1 });
  stage('d1', { stage: 'migration', status: 'failed', duration_seconds: 1 });
  stage('d1', { stage: 'migration', duration_seconds: 2 });
  stage('d1', { stage: 'cutover', duration_seconds: 3 });
  stage('d1', { stage: 'cutover', duration_seconds: 4, of_rollback: 1 });
  stage('d1', { stage: 'rollback', duration_seconds: 5, of_rollback: 1 });
  stage('d1', { stage: 'cutover', duration_seconds: 6, late: 1 });
  stage('d1', { stage: 'cutover', service: 'worker', status: 'running', duration_seconds: null });
  const [deployment] = readSnapshot(database, group).recent;
  const shown = deployment?.stages.map(({ service, stage: name, durationSeconds, status }) => [
    service,
    name,
    durationSeconds,
    status,
  ]);
  expect(shown?.sort()).toEqual([
    ['shop', 'cutover', 3, 'success'],
    ['shop', 'migration', 2, 'success'],
    ['shop', 'rollback', 5, 'success'],
    ['worker', 'cutover', null, 'running'],
  ]);
});

test('the version in service is the newest successful one, or the one rolled back to', () => {
  deployed('d1', { minute: 1, commit_sha: 'aaa' });
  deployed('d2', { minute: 2, deployment_status: 'warning' });
  deployed('d3', { minute: 3, deployment_status: 'failed' });
  expect(readSnapshot(database, group).inService).toEqual({
    version: '1.0.2',
    commitSha: null,
    sinceMs: Date.parse('2026-01-15T10:02:59.500Z'),
  });
  rolledBack('d2', { at: '2026-01-15T11:00:00.000Z', to_version: '1.0.1' });
  expect(readSnapshot(database, group).inService).toEqual({
    version: '1.0.1',
    commitSha: 'aaa',
    sinceMs: Date.parse('2026-01-15T11:00:00.000Z'),
  });
});

test('the health is that of the newest verified deployment, or of its later rollback', () => {
  deployed('d1', { minute: 1 });
  deployed('d2', { minute: 2 });
  deployed('d3', { minute: 3 });
  verified('d2', { success: 0 });
  verified('d1', { success: 1 });
  expect(readSnapshot(database, group).lastVerificationHealthy).toBe(false);
  verified('d2', { success: 1, of_rollback: 1 });
  expect(readSnapshot(database, group).lastVerificationHealthy).toBe(true);
});

test('values that only some deployments have are taken from the newest that has them', () => {
  deployed('d1', { minute: 1, os_version: 'Debian 12', python_version: '3.12', memory_bytes: 77 });
  deployed('d2', {
    minute: 2,
    os_version: null,
    total_duration: 30,
    deployment_completed_at: '2026-01-15T10:02:30.000Z',
  });
  deployed('d0', { minute: 0, total_duration: 3600, deployment_completed_at: '2026-01-15T11:00:00.000Z' });
  const snapshot = readSnapshot(database, group);
  expect(snapshot.host).toEqual({ osVersion: 'Debian 12', runtimeVersion: '3.12' });
  expect(snapshot.memoryBytes).toBe(77);
  // The deployment that ended last, which started first.
  expect(snapshot.lastDurationSeconds).toBe(3600);
});

test('recent versions are distinct, with their commits', () => {
  deployed('d1', { minute: 1, version: 'a', commit_sha: '1' });
  deployed('d2', { minute: 2, version: 'b' });
  deployed('d3', { minute: 3, version: 'a', commit_sha: '1' });
  deployed('d4', { minute: 4, version: 'a', commit_sha: '2' });
  expect(readSnapshot(database, group).recentVersions).toEqual([
    { version: 'a', commitSha: '2' },
    { version: 'a', commitSha: '1' },
    { version: 'b', commitSha: null },
  ]);
});

test('last results of stages and checks are those of the group', () => {
  database.exec("INSERT INTO last_stages VALUES (1, 'shop', 'extract', 8.5), (2, 'shop', 'extract', 9)");
  database.exec("INSERT INTO last_checks VALUES (1, 'http', 1), (1, 'tcp', 0), (2, 'http', 0)");
  const { lastStages, lastChecks } = readSnapshot(database, group);
  expect(lastStages).toEqual([{ service: 'shop', stage: 'extract', durationSeconds: 8.5 }]);
  expect(lastChecks).toEqual([
    { checkType: 'http', healthy: true },
    { checkType: 'tcp', healthy: false },
  ]);
});

test('a snapshot is read at one moment, in a transaction of its own or of the caller', () => {
  readSnapshot(database, group);
  expect(database.inTransaction).toBe(false);
  database.exec('BEGIN IMMEDIATE');
  database.exec('UPDATE groups SET seq = 6');
  expect(readSnapshot(database, group).events).toBe(6);
  expect(database.inTransaction).toBe(true);
  database.exec('ROLLBACK');
});

test('a complete snapshot is valid, and is not with text in place of a number or with an infinite number', () => {
  const full = fullSnapshot();
  expect(isFitSnapshot(full)).toBe(true);
  expect(isFitSnapshot({ ...full, memoryBytes: '1' as never })).toBe(false);
  expect(isFitSnapshot({ ...full, ledgerId: 1 as never })).toBe(false);
  expect(isFitSnapshot({ ...full, lastDurationSeconds: Number.NaN })).toBe(false);
});

test('the snapshot of a ledger with everything in it is valid', () => {
  const world = toldScripts();
  world.database.exec('UPDATE deployment_metrics SET memory_bytes = 7');
  const snapshot = readSnapshot(world.database, group);
  expect([snapshot.recent.length, snapshot.memoryBytes, snapshot.totals.length > 0]).toEqual([2, 7, true]);
  expect(isFitSnapshot(snapshot)).toBe(true);
});

test('an infinite number in a row is left out of the snapshot', () => {
  deployed('fit', { minute: 1 });
  database.prepare("UPDATE deployment_metrics SET total_duration = 9e999 WHERE deployment_id = 'fit'").run();
  const snapshot = readSnapshot(database, group);
  expect(isFitSnapshot(snapshot)).toBe(true);
  expect(snapshot.lastDurationSeconds).toBeNull();
});
