import { describe, expect, test } from 'vitest';
import { formatShow } from '../../src/report/show/show.ts';
import { testLedger } from '../ledger/read/testLedger.ts';
import { pipe } from './testView.ts';
import { detailOf, threePhases } from './threePhases.ts';

describe('Waterfall', () => {
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
      `… migration  30.0s  ${' '.repeat(25)}${'░'.repeat(25)}`,
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
