import { describe, expect, test } from 'vitest';
import { formatHistory } from '../../src/report/history.ts';
import { displayWidth } from '../../src/report/terminal/width.ts';
import { deploymentRecord, hostileCases, pipe, tagPaint, terminal } from './testView.ts';

const good = deploymentRecord();
const failed = deploymentRecord({
  id: 'release-2',
  status: 'failed',
  healthy: false,
  downtimeOpen: true,
  rolledBack: true,
  rolledBackTo: '1c0c6fc',
  errorMessage: 'health: wrong version',
});
const running = deploymentRecord({
  id: 'release-3',
  status: 'in-progress',
  startedAt: '2026-01-15T09:58:00.000Z',
  totalSeconds: null,
  downtimeSeconds: null,
  healthy: null,
});

describe('history as a table', () => {
  test('on a terminal the sign of the status is first, and only what did not succeed has a color', () => {
    const view = { ...terminal(200), paint: tagPaint, format: 'table' } as const;
    const [, first = '', second = ''] = formatHistory([failed, good], view).split('\n');
    expect(first).toMatch(/^<bad>✗<\/bad> /);
    expect(second).toMatch(/^<good>✓<\/good> /);
    expect(second.replace('<good>✓</good>', '')).not.toContain('<good>');
    for (const width of [20, 40, 80, 140])
      expect(formatHistory([failed], { ...terminal(width), format: 'table' }).split('\n')[1]).toMatch(/^✗ /);
  });

  test('the host of each deployment is the last column, and stays at 80 columns, if there is more than one', () => {
    const other = { ...failed, hostname: 'web-with-a-long-name-2.example' };
    const shown = (width: number | undefined, deployments = [good, other]) =>
      formatHistory(deployments, { ...(width === undefined ? pipe : terminal(width)), format: 'table' });
    expect(shown(undefined, [good, failed])).not.toContain('HOST');
    expect(shown(undefined)).toMatch(/OUTCOME +HOST\n(.*\n)*.* web-with-a-long-name-2\.example\n/);
    expect(shown(80)).toMatch(/ HOST +\n|HOST\n/);
    expect(shown(80)).toContain('web-with');
  });

  test('history in a pipe is complete and independent of the current time, in UTC', () => {
    const lines = formatHistory([failed, good, running], { ...pipe, format: 'table' }).split('\n');
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      [
        'STARTED',
        'DEPLOYMENT',
        'ENVIRONMENT',
        'VERSION',
        'STATUS',
        'TOTAL',
        'DOWNTIME',
        'HEALTHY',
        'ROLLED BACK',
        'ID',
        'ERROR',
        'OUTCOME',
      ],
      [
        '2026-01-14T18:45:00.000Z',
        'gateway',
        'production',
        '1c0c6fc → b0c2642',
        'failed',
        '2m15s',
        '13.2s+',
        'no',
        'to 1c0c6fc',
        'release-2',
        'health: wrong version',
        'rolled back to 1c0c6fc',
      ],
      [
        '2026-01-14T18:45:00.000Z',
        'gateway',
        'production',
        '1c0c6fc → b0c2642',
        'success',
        '2m15s',
        '13.2s',
        'yes',
        '-',
        '20260114T184500Z-1a2b3c4d',
        '-',
        'rolled out',
      ],
      [
        '2026-01-15T09:58:00.000Z',
        'gateway',
        'production',
        '1c0c6fc → b0c2642',
        'in-progress',
        '-',
        '-',
        '-',
        '-',
        'release-3',
        '-',
        '-',
      ],
      [''],
    ]);
  });

  test('history on a wide terminal shows how old a deployment is and how long it has been running', () => {
    const text = formatHistory([good, running], { ...terminal(200), format: 'table' });
    expect(text).toContain(' (15h ago)  gateway');
    expect(text).toMatch(/ in-progress +2m /);
  });

  test('history on a narrow terminal keeps status, age, version, and the end of the ID', () => {
    const lines = formatHistory([good, failed], { ...terminal(64), format: 'table' }).split('\n');
    expect(lines[1]).toMatch(/^✓ {2}15h ago {2}gateway {5}b0c2642 {2}success {2}2m15s {2}1a2b3c4d$/);
  });

  test('history is colored by meaning', () => {
    const text = formatHistory([failed], { ...pipe, paint: tagPaint, format: 'table' });
    expect(text).toContain('<bad>failed</bad>');
    expect(text).toContain('<bad>13.2s+</bad>');
    expect(text).toContain('<warn>to 1c0c6fc</warn>');
  });

  test('empty history prints a message on a terminal and only the header in a pipe', () => {
    expect(formatHistory([], { ...terminal(80), format: 'table' })).toBe('No deployments.\n');
    expect(formatHistory([], { ...pipe, format: 'table' })).toMatch(/^STARTED .*ERROR .*OUTCOME\n$/);
  });
});

describe('history as JSON', () => {
  test('history as JSON has the names of the schema in a fixed order', () => {
    const [first] = JSON.parse(formatHistory([good], { ...pipe, format: 'json' }));
    expect(Object.keys(first).slice(0, 24)).toEqual([
      'deployment_id',
      'deployment',
      'environment',
      'service',
      'version',
      'previous_version',
      'hostname',
      'os_version',
      'python_version',
      'deployment_started_at',
      'deployment_completed_at',
      'total_duration',
      'downtime_duration',
      'extract_duration',
      'venv_rebuild_duration',
      'migration_duration',
      'cutover_duration',
      'health_check_success',
      'health_check_duration',
      'time_to_healthy',
      'status',
      'deployment_method',
      'error_message',
      'notes',
    ]);
    expect(first).toMatchObject({
      total_duration: 135.4,
      health_check_success: true,
      time_to_healthy: '15.8',
    });
  });

  test('empty history as JSON is an empty list', () => {
    expect(formatHistory([], { ...pipe, format: 'json' })).toBe('[]\n');
  });
});

test('history as CSV has the same names as JSON, even if it is empty', () => {
  const [header, record] = formatHistory([failed], { ...pipe, format: 'csv' }).split('\r\n');
  expect(header).toMatch(/^deployment_id,deployment,.*,host_load,outcome$/);
  expect(record).toMatch(/^release-2,gateway,production,/);
  expect(formatHistory([], { ...pipe, format: 'csv' })).toBe(`${header}\r\n`);
});

test('history as Markdown is in UTC to the second without colors, even on a terminal, with short IDs that link to the run', () => {
  const view = { ...terminal(40), paint: tagPaint, format: 'markdown' as const };
  expect(formatHistory([good], view).split('\n')[2]).toBe(
    '| 2026-01-14T18:45:00Z | gateway | production | 1c0c6fc → b0c2642 | success | 2m15s | 13.2s | yes |  | 1a2b3c4d |  | rolled out |',
  );
  const linked = formatHistory([deploymentRecord({ url: 'https://ci.example/1' })], view);
  expect(linked).toContain('| [1a2b3c4d](<https://ci.example/1>) |');
});

test.each(hostileCases)('%s in every text of history breaks no format', (_, text) => {
  const one = deploymentRecord({
    version: text,
    previousVersion: text,
    deployment: text,
    environment: text,
    id: text,
    errorMessage: text,
    rolledBack: true,
    rolledBackTo: text,
  });
  for (const width of [40, 80, 200]) {
    const lines = formatHistory([one], { ...terminal(width), format: 'table' }).split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  }
  expect(formatHistory([one], { ...pipe, format: 'table' })).toMatch(/^[^\p{Cc}]+\n[^\p{Cc}]+\n$/u);
  expect(formatHistory([one], { ...pipe, format: 'markdown' }).split('\n')).toHaveLength(4);
  expect(JSON.parse(formatHistory([one], { ...pipe, format: 'json' }))[0].version).toBe(text);
  expect(formatHistory([one], { ...pipe, ascii: true, format: 'table' })).toMatch(/^[\x20-\x7e\n]+$/);
});
