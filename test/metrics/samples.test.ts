import { describe, expect, test } from 'vitest';
import type { Sample } from '../../src/metrics/sample.ts';
import { groupSamples } from '../../src/metrics/samples.ts';
import type { GroupSnapshot } from '../../src/metrics/snapshot.ts';
import { groupSnapshot, recentDeployment } from '../support/snapshot.ts';

/** Values by `{a="1"}`, with the suffix in front. */
function shown(snapshot: GroupSnapshot, family: string): Record<string, number> {
  const samples = groupSamples(snapshot).find((found) => found.family.name === family)?.samples ?? [];
  return Object.fromEntries(samples.map((sample) => [textOf(sample), sample.value]));
}

function textOf({ suffix, labels }: Sample): string {
  return suffix + labels.map(([name, value]) => `${name}=${value}`).join(',');
}

describe('Group without events', () => {
  test('closed vocabularies are 0 before the first event', () => {
    expect(shown(groupSnapshot(), 'deployment_total')).toEqual({ 'status=success': 0, 'status=failure': 0 });
    expect(Object.keys(shown(groupSnapshot(), 'deployment_rollback_total'))).toHaveLength(10);
  });

  test('each declared stage is 0 with each error type and all its buckets before the first event', () => {
    const failures = shown(groupSnapshot(), 'deployment_stage_failures_total');
    expect(Object.keys(failures)).toHaveLength(16);
    expect(failures['service=gateway,stage=migration,error_type=timeout']).toBe(0);
    const durations = shown(groupSnapshot(), 'deployment_stage_duration_seconds');
    expect(Object.keys(durations)).toHaveLength(64);
    expect(durations['_bucketle=+Inf,service=gateway,stage=cutover']).toBe(0);
  });

  test('only declared pairs of service and stage have series, not every combination', () => {
    const declared = {
      ...groupSnapshot().declared,
      services: ['gateway', 'worker'],
      stages: [['worker', 'build']] as const,
    };
    expect(Object.keys(shown(groupSnapshot({ declared }), 'deployment_stage_failures_total'))).toEqual([
      'service=worker,stage=build,error_type=exit_code',
      'service=worker,stage=build,error_type=timeout',
      'service=worker,stage=build,error_type=canceled',
      'service=worker,stage=build,error_type=other',
    ]);
  });

  test('gauges are absent before the first event, except for the version in service, which is 0', () => {
    const gauges = groupSamples(groupSnapshot()).filter(({ family }) => family.type === 'gauge');
    expect(gauges.map(({ family }) => family.name)).toEqual([
      'deployment_version',
      'deploytrack_ledger_info',
      'deploytrack_build_info',
    ]);
    expect(shown(groupSnapshot(), 'deployment_version')).toEqual({ '': 0 });
  });
});

describe('Totals', () => {
  test('buckets are stored separately and shown cumulatively', () => {
    const total = (part: string, value: number) => ({
      family: 'deployment_duration_seconds',
      labels: [],
      part,
      value,
    });
    const totals = [total('10', 2), total('60', 3), total('+Inf', 1), total('sum', 4_000_123_456)];
    const text = shown(groupSnapshot({ totals }), 'deployment_duration_seconds');
    expect(text).toMatchObject({
      '_bucketle=10': 2,
      '_bucketle=30': 2,
      '_bucketle=60': 5,
      '_bucketle=3600': 5,
      '_bucketle=+Inf': 6,
      _sum: 4000.123456,
      _count: 6,
    });
  });

  test('a bucket with another bound counts in the next higher one', () => {
    const totals = [{ family: 'deployment_duration_seconds', labels: [], part: '45', value: 1 }];
    expect(shown(groupSnapshot({ totals }), 'deployment_duration_seconds')).toMatchObject({
      '_bucketle=30': 0,
      '_bucketle=60': 1,
      _count: 1,
    });
  });

  test('amounts are shown in units instead of millionths, and events as whole numbers', () => {
    const totals = [
      { family: 'deployment_cpu_usage_seconds', labels: [], part: '', value: 1_234_567 },
      { family: 'migration_total', labels: ['success'], part: '', value: 12 },
    ];
    expect(shown(groupSnapshot({ totals }), 'deployment_cpu_usage_seconds')).toEqual({ '': 1.234567 });
    expect(shown(groupSnapshot({ totals }), 'migration_total')).toEqual({
      'status=success': 12,
      'status=failure': 0,
    });
  });

  test('a stage that ran without a declaration has its failures at 0', () => {
    const totals = [
      { family: 'deployment_stage_duration_seconds', labels: ['gateway', 'other'], part: 'sum', value: 1 },
    ];
    expect(shown(groupSnapshot({ totals }), 'deployment_stage_failures_total')).toMatchObject({
      'service=gateway,stage=other,error_type=exit_code': 0,
    });
  });

  test('labels that are the same after the cut are counted together', () => {
    const service = 'x'.repeat(128);
    const totals = [`${service}a`, `${service}b`].map((name) => ({
      family: 'deployment_stage_failures_total',
      labels: [name, 'build', 'timeout'],
      part: '',
      value: 2,
    }));
    const failures = shown(groupSnapshot({ totals }), 'deployment_stage_failures_total');
    expect(failures[`service=${service},stage=build,error_type=timeout`]).toBe(4);
  });
});

describe('Latest deployment', () => {
  test.each([
    ['in-progress', false, 'in_progress', 2],
    ['success', false, 'success', 1],
    ['warning', false, 'warning', 1],
    ['failed', false, 'failed', 0],
    ['success', true, 'failed', 0],
    ['warning', true, 'failed', 0],
    ['failed', true, 'failed', 0],
  ] as const)(
    'a deployment with the status %s (rolled back: %s) is shown as %s, %d',
    (status, rolledBack, word, number) => {
      const recent = [recentDeployment({ status, rolledBack }), recentDeployment({ id: 'd0' })];
      expect(shown(groupSnapshot({ recent }), 'deployment_status')).toEqual({ [`status=${word}`]: number });
      expect(shown(groupSnapshot({ recent }), 'deployment_info')).toEqual({ [`status=${word},version=`]: 1 });
    },
  );

  test('the version in service is shown as number, text and time', () => {
    const sinceMs = Date.parse('2026-01-14T18:47:15.400Z');
    const snapshot = groupSnapshot({
      inService: { version: '2.3.1', commitSha: null, sinceMs },
      recent: [recentDeployment()],
    });
    expect(shown(snapshot, 'deployment_version')).toEqual({ '': 200030001 });
    expect(shown(snapshot, 'deployment_timestamp')).toEqual({ 'version=2.3.1': 1768416435.4 });
    expect(shown(snapshot, 'deployment_info')).toEqual({ 'status=success,version=2.3.1': 1 });
  });

  test('measured values are shown, and others are absent', () => {
    const snapshot = groupSnapshot({
      lastVerificationHealthy: false,
      lastChecks: [{ checkType: 'http', healthy: true }],
      lastStages: [{ service: 'gateway', stage: 'extract', durationSeconds: 8.5 }],
      lastDurationSeconds: 135.4,
      memoryBytes: 1024,
      host: { osVersion: 'Debian 12', runtimeVersion: '' },
      recentVersions: [{ version: '1.0.0', commitSha: null }],
    });
    expect(shown(snapshot, 'deployment_health_status')).toEqual({ '': 0 });
    expect(shown(snapshot, 'deployment_health_check')).toEqual({ 'check_type=http': 1 });
    expect(shown(snapshot, 'deployment_stage_last_duration_seconds')).toEqual({
      'service=gateway,stage=extract': 8.5,
    });
    expect(shown(snapshot, 'deployment_last_duration_seconds')).toEqual({ '': 135.4 });
    expect(shown(snapshot, 'deployment_memory_usage_bytes')).toEqual({ '': 1024 });
    expect(shown(snapshot, 'deployment_host_info')).toEqual({ 'os_version=Debian 12,runtime_version=': 1 });
    expect(shown(snapshot, 'deployment_version_info')).toEqual({ 'version=1.0.0,commit_sha=': 1 });
  });

  test('the first value is shown if labels are the same after the cut', () => {
    const service = 'x'.repeat(128);
    const lastStages = ['a', 'b'].map((end, durationSeconds) => ({
      service: service + end,
      stage: 'build',
      durationSeconds,
    }));
    expect(shown(groupSnapshot({ lastStages }), 'deployment_stage_last_duration_seconds')).toEqual({
      [`service=${service},stage=build`]: 0,
    });
  });

  test('the sequence number is that of the ledger', () => {
    expect(shown(groupSnapshot({ events: 77 }), 'deploytrack_ledger_events_total')).toEqual({ '': 77 });
  });
});

describe('Recent deployments', () => {
  const running = recentDeployment({
    id: 'd2',
    status: 'in-progress',
    durationSeconds: null,
    method: 'github-actions',
    url: 'https://ci/7',
  });
  const rolledBack = recentDeployment({ id: 'd1', rolledBack: true, status: 'warning', version: '0.9.0' });
  const snapshot = groupSnapshot({ recent: [running, rolledBack] });

  test('each recent deployment has its attributes, and a rolled back one keeps its own status', () => {
    expect(shown(snapshot, 'deployment_recent_info')).toEqual({
      'deployment_id=d2,version=1.0.0,status=in_progress,method=ci,rolled_back=false,url=https://ci/7': 1,
      'deployment_id=d1,version=0.9.0,status=warning,method=manual,rolled_back=true,url=': 1,
    });
  });

  test('a running deployment has a start but no duration', () => {
    expect(shown(snapshot, 'deployment_in_progress')).toEqual({
      'deployment_id=d2': 1,
      'deployment_id=d1': 0,
    });
    expect(shown(snapshot, 'deployment_recent_duration_seconds')).toEqual({ 'deployment_id=d1': 90 });
    expect(shown(snapshot, 'deployment_recent_start_timestamp_seconds')).toEqual({
      'deployment_id=d2': 1768416300.25,
      'deployment_id=d1': 1768416300.25,
    });
  });

  test('a run URL above 512 bytes is left out, and a shorter one is never cut', () => {
    const urls = [`https://ci/${'a'.repeat(501)}`, `https://ci/${'a'.repeat(502)}`];
    const recent = urls.map((url, index) => recentDeployment({ id: `d${index}`, url }));
    const keys = Object.keys(shown(groupSnapshot({ recent }), 'deployment_recent_info'));
    expect(keys.map((key) => key.slice(key.indexOf('url=') + 4))).toEqual([urls[0], '']);
  });

  test('stages show their start, and their duration and result once they have ended', () => {
    const run = { service: 'gateway', startedAtMs: 1000 };
    const stages = [
      { ...run, stage: 'extract', durationSeconds: 8.5, status: 'success' },
      { ...run, stage: 'migration', durationSeconds: 2, status: 'failed' },
      { ...run, stage: 'cutover', durationSeconds: null, status: 'running' },
    ] as const;
    const recent = [recentDeployment({ stages })];
    expect(
      Object.keys(shown(groupSnapshot({ recent }), 'deployment_recent_stage_start_timestamp_seconds')),
    ).toHaveLength(3);
    expect(shown(groupSnapshot({ recent }), 'deployment_recent_stage_duration_seconds')).toEqual({
      'deployment_id=d1,service=gateway,stage=extract,status=success': 8.5,
      'deployment_id=d1,service=gateway,stage=migration,status=failure': 2,
    });
  });

  test('stages beyond the cap are shown as `other`, the run that started last', () => {
    const stages = [
      { service: 'worker', stage: 'pack', startedAtMs: 2000, durationSeconds: 7, status: 'success' },
      { service: 'gateway', stage: 'lint', startedAtMs: 1000, durationSeconds: 5, status: 'failed' },
    ] as const;
    const recent = [recentDeployment({ stages })];
    expect(shown(groupSnapshot({ recent }), 'deployment_recent_stage_duration_seconds')).toEqual({
      'deployment_id=d1,service=gateway,stage=other,status=success': 7,
    });
  });
});
