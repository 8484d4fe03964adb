import { describe, expect, test } from 'vitest';
import type { DeploymentDetail } from '../../src/ledger/read/detail.ts';
import { formatShow } from '../../src/report/show/show.ts';
import { displayWidth } from '../../src/report/terminal/width.ts';
import { testLedger } from '../ledger/read/testLedger.ts';
import { pipe, terminal } from './testView.ts';
import { detailOf, threePhases } from './threePhases.ts';

/** Ten phases whose names differ at their end, the last of which failed with a long reason. */
function longNames(): DeploymentDetail {
  const ledger = testLedger();
  const why = `not healthy within 60 s: ${'expected status 200, got 503 '.repeat(4)}`.trim();
  const id = ledger.deployment({
    deployment_started_at: '2026-01-14T18:45:00.000Z',
    deployment_status: 'failed',
    error_message: `phase restart_worker_pool_number_10: ${why}`,
  });
  for (let number = 1; number <= 10; number++)
    ledger.stage({
      deployment_id: id,
      stage: `restart_worker_pool_number_${number}`,
      started_at: `2026-01-14T18:45:${10 + number}.000Z`,
      ...(number === 10 ? { status: 'failed', error_message: why } : {}),
      ...(number === 9
        ? { status: 'failed', error_message: 'port 8080 is in use by another process', judged: 'no' }
        : {}),
    });
  return detailOf(ledger, id);
}

describe('Waterfall', () => {
  test.each([80, 100, 140, 250])(
    'a terminal of %d columns has every name and every reason whole, and bars of 20 columns or more',
    (width) => {
      const text = formatShow(longNames(), { ...terminal(width), format: 'table' });
      const [head = '', waterfall = ''] = text.split('\n\n');
      for (let number = 1; number <= 10; number++)
        expect(waterfall).toMatch(new RegExp(`[✓✗] restart_worker_pool_number_${number} `));
      const reason = longNames().stages.at(-1)?.errorMessage;
      expect(head.replaceAll(/\s+/g, ' ')).toContain(`restart_worker_pool_number_10: ${reason}`);
      expect(waterfall.replaceAll(/\s+/g, ' ')).toContain('port 8080 is in use by another process');
      expect(waterfall).toContain('no effect on the status');
      expect(waterfall).not.toContain('got 503');
      expect(/0s +1m40s/.exec(waterfall)?.[0].length).toBeGreaterThanOrEqual(20);
      for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    },
  );

  test('names that do not fit are cut in the middle, so that they still differ', () => {
    const text = formatShow(longNames(), { ...terminal(40), format: 'table' });
    expect(text).toMatch(/^✓ rest\S*…\S*_1 /m);
    expect(text).toMatch(/^✗ rest\S*…\S*_10 /m);
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(40);
  });

  test('a failed migration, and one without a count, have no number of migrations', () => {
    const ledger = testLedger();
    const id = ledger.deployment();
    for (const [status, count] of [
      ['failure', 1],
      ['success', 1],
      ['success', 3],
    ] as const) {
      const run = ledger.stage({
        deployment_id: id,
        stage: 'migration',
        status: status === 'failure' ? 'failed' : status,
        exit_code: status === 'failure' ? 3 : 0,
      });
      ledger.insert('migrations', {
        deployment_id: id,
        run_id: run,
        service: 'gateway',
        finished_at: '2026-01-14T18:45:00.000Z',
        status,
        migration_count: count,
        duration_seconds: 1,
      });
    }
    const text = formatShow(detailOf(ledger, id), { ...pipe, format: 'table' });
    expect(text).toMatch(/✗ migration .* exit code 3$/m);
    expect(text.match(/\d+ migrations?/g)).toEqual(['3 migrations']);
  });

  test('the waterfall shows the phases to scale over the time of the deployment', () => {
    const ledger = testLedger();
    const text = formatShow(detailOf(ledger, threePhases(ledger)), { ...pipe, format: 'table' });
    expect(text).toContain(
      [
        'PHASE         TIME  0s                                           1m40s',
        '✓ extract    10.0s  █████',
        `✓ migration  40.0s  ${' '.repeat(10)}${'█'.repeat(20)}`,
        `✓ cutover    20.0s  ${' '.repeat(30)}${'█'.repeat(10)}`,
        'outside of phases: 30.0s',
      ]
        .join('\n')
        .replace(/0s +1m40s/, `0s${'1m40s'.padStart(48)}`),
    );
  });

  test('the waterfall compares a phase with its usual duration, and says how much slower it was', () => {
    const ledger = testLedger();
    for (let run = 0; run < 5; run++)
      ledger.stage({ deployment_id: ledger.deployment(), stage: 'migration', duration_seconds: 12 });
    const id = threePhases(ledger);
    expect(formatShow(detailOf(ledger, id), { ...pipe, format: 'table' })).toMatch(
      /✓ migration .* 12\.0s ±0%, p95 12\.0s +slower than usual by 28\.0s$/m,
    );
    expect(JSON.parse(formatShow(detailOf(ledger, id), { ...pipe, format: 'json' })).phases).toMatchObject([
      { stage: 'extract', runs: 0, median: null, p95: null, slow: null },
      { stage: 'migration', runs: 5, median: 12, p95: 12, slow: true },
      { stage: 'cutover', slow: null },
    ]);
  });

  test('the waterfall shows the progress of a running phase, and phases after the end beyond the scale', () => {
    const ledger = testLedger();
    const open = ledger.deployment({
      deployment_started_at: '2026-01-15T09:59:00.000Z',
      deployment_status: 'in-progress',
      total_duration: null,
    });
    ledger.stage({
      deployment_id: open,
      stage: 'migration',
      started_at: '2026-01-15T09:59:30.000Z',
      duration_seconds: null,
      status: 'running',
    });
    expect(formatShow(detailOf(ledger, open), { ...pipe, format: 'table' })).toContain(
      `▶ migration  30.0s  ${' '.repeat(25)}${'░'.repeat(25)}`,
    );
    const closed = threePhases(ledger, { version: 'b' });
    ledger.stage({
      deployment_id: closed,
      stage: 'rollback',
      started_at: '2026-01-16T00:00:00.000Z',
      of_rollback: 1,
    });
    expect(formatShow(detailOf(ledger, closed), { ...pipe, format: 'table' })).toMatch(
      /✓ rollback +10\.0s {51,}» {2}of the rollback$/m,
    );
  });

  test('the waterfall names the service of a phase if it is not the default service', () => {
    const ledger = testLedger();
    const id = ledger.deployment();
    ledger.stage({
      deployment_id: id,
      stage: 'migration',
      service: 'worker',
      status: 'failed',
      exit_code: 3,
      judged: 'allowed',
    });
    expect(formatShow(detailOf(ledger, id), { ...pipe, format: 'table' })).toMatch(
      /✗ worker\/migration .*exit code 3, allowed to fail$/m,
    );
  });
});
