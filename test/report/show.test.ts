import { expect, test } from 'vitest';
import { formatShow } from '../../src/report/show/show.ts';
import { displayWidth } from '../../src/report/terminal/width.ts';
import { testLedger } from '../ledger/read/testLedger.ts';
import { hostileCases, pipe, terminal } from './testView.ts';
import { detailOf, threePhases } from './threePhases.ts';

test('show prints error, outage, rollback, stderr, notes and warnings of a failed deployment', () => {
  const ledger = testLedger();
  const id = threePhases(ledger, {
    deployment_status: 'failed',
    exit_code: 1,
    error_message: 'health: wrong version\nat line 2',
    notes: 'first try',
    downtime_duration: 30,
    downtime_open: 1,
    hostname: 'web-1',
    memory_bytes: 2 ** 21,
    cpu_seconds: 3,
    started_boot: 'b',
  });
  const at = '2026-01-14T18:47:00.000Z';
  ledger.stage({
    deployment_id: id,
    stage: 'warm_up',
    started_at: at,
    status: 'failed',
    signal: 'SIGTERM',
    stderr_tail: 'boom\n\u001b[31mred',
  });
  ledger.insert('health_verifications', {
    deployment_id: id,
    verification_id: 'v',
    service: 'gateway',
    check_type: 'http',
    target: 'http://localhost:8080/health',
    started_at: at,
    ended_at: at,
    duration_seconds: 60,
    success: 0,
    verdict: 'wrong_version',
    error_message: 'expected 1, got 2',
    expected_version: '1',
    attempts: 60,
  });
  ledger.insert('health_checks', {
    deployment_id: id,
    verification_id: 'v',
    service: 'gateway',
    check_type: 'http',
    checked_at: at,
    latency_seconds: 1,
    status: 'unhealthy',
    verdict: 'wrong_version',
  });
  ledger.insert('outages', { deployment_id: id, run_id: 'r', began_at: at });
  ledger.insert('rollbacks', {
    deployment_id: id,
    rollback_id: 'r',
    at,
    reason: 'health',
    reason_class: 'health_check_failed',
    to_version: '0.9.0',
    success: 1,
    lived_seconds: 12,
  });
  ledger.insert('warnings', { at, deployment_id: id, code: 'CLOCK', message: 'went backwards' });
  ledger.insert('host_facts', { boot: 'b', cpu: 'Xeon', cores: 1, memory_bytes: 2 ** 33, read_at: at });
  const text = formatShow(detailOf(ledger, id), { ...pipe, format: 'table' });
  for (const line of [
    'status     ✗ failed, exit code 1, rolled back to 0.9.0',
    'downtime   30.0s, still down at the end of the deployment',
    'host       web-1, Xeon, 1 core, 8.0 GiB',
    'used       3.0s of CPU, 2 MiB',
    'health     http http://localhost:8080/health',
    '           wrong_version',
    '           60 attempts (0 healthy, 1 wrong_version) in 1m',
    '           expected 1, got 2',
    `outage     ${at} not ended`,
    `rollback   ${at} to 0.9.0 after 12.0s in service`,
    '           reason: health',
    'error      health: wrong version',
    '           at line 2',
    'stderr     (warm_up)',
    '           \\x1b[31mred',
    'notes      first try',
    `warning    ${at} CLOCK: went backwards`,
  ]) {
    expect(text.split('\n')).toContain(line);
  }
});

test('show --json has everything under fixed names', () => {
  const ledger = testLedger();
  const json = JSON.parse(
    formatShow(detailOf(ledger, threePhases(ledger)), { ...terminal(80), format: 'json' }),
  );
  expect(Object.keys(json).slice(-17)).toEqual([
    'host_load',
    'outcome',
    'files',
    'packages',
    'phases',
    'health_verifications',
    'probes',
    'outages',
    'rollbacks',
    'smoke_tests',
    'costs',
    'error_rates',
    'changes',
    'facts',
    'host',
    'warnings',
    'failure',
  ]);
  expect(json).toMatchObject({ deployment_id: 'id-1', status: 'success', total_duration: 100 });
});

test.each(hostileCases)('%s in every text of show stays inside its line and the screen', (_, text) => {
  const ledger = testLedger();
  const id = threePhases(ledger, {
    version: text,
    previous_version: text,
    deployment: text,
    hostname: text,
    url: text,
    deployment_started_at: text,
  });
  ledger.stage({
    deployment_id: id,
    stage: text,
    service: text,
    started_at: text,
    status: 'failed',
    error_message: text,
  });
  ledger.insert('warnings', { at: text, deployment_id: id, code: 'X', message: text });
  const shown = formatShow(detailOf(ledger, id), {
    ...terminal(80),
    paint: (_style, plain) => plain,
    format: 'table',
  });
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  for (const line of shown.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  expect(formatShow(detailOf(ledger, id), { ...pipe, ascii: true, format: 'table' })).toMatch(
    /^[\x20-\x7e\n]*$/,
  );
});
