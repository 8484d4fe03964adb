import { describe, expect, test } from 'vitest';
import { formatAnalytics } from '../../src/report/analytics/analytics.ts';
import { comparisonAnalytics } from '../../src/report/analytics/compare.ts';
import { formatHistory } from '../../src/report/history.ts';
import { formatShow } from '../../src/report/show/show.ts';
import { displayWidth } from '../../src/report/terminal/width.ts';
import { testLedger } from '../ledger/read/testLedger.ts';
import { deploymentRecord, pipe, terminal } from './testView.ts';
import { detailOf, threePhases } from './threePhases.ts';

/** Longer than any column of a screen, with a recognizable end. */
const long = (what: string) => `${what} ${'word '.repeat(600)}end-of-${what}`;

describe('Output in a pipe is not cut', () => {
  const record = deploymentRecord({
    version: long('version'),
    previousVersion: long('previous'),
    deployment: long('deployment'),
    environment: long('environment'),
    errorMessage: long('error'),
    rolledBackTo: long('back'),
    rolledBack: true,
    status: 'failed',
  });

  test.each(['table', 'markdown'] as const)('history --format %s is not cut in a pipe', (format) => {
    const text = formatHistory([record], { ...pipe, format });
    for (const what of ['version', 'previous', 'deployment', 'environment', 'error', 'back'])
      expect(text).toContain(`end-of-${what}`);
    expect(text).toContain('2026-01-14T18:45:00');
  });

  test('compare is not cut in a pipe', () => {
    const figures = comparisonAnalytics({
      one: record,
      other: { ...record, errorMessage: long('other') },
      phases: [],
      changes: [{ kind: 'pip', name: long('package'), before: long('before'), after: long('after') }],
    });
    const text = formatAnalytics(figures, { ...pipe, format: 'table' });
    for (const what of ['version', 'error', 'other', 'package', 'before', 'after'])
      expect(text).toContain(`end-of-${what}`);
  });

  test('show is not cut in a pipe', () => {
    const ledger = testLedger();
    const id = threePhases(ledger, {
      deployment_status: 'failed',
      error_message: long('error'),
      notes: long('notes'),
      version: long('version'),
      triggered_by: long('who'),
    });
    ledger.stage({
      deployment_id: id,
      stage: 'warm_up',
      started_at: '2026-01-14T18:47:00.000Z',
      status: 'failed',
      error_message: long('phase'),
    });
    const text = formatShow(detailOf(ledger, id), { ...pipe, format: 'table' });
    for (const what of ['error', 'notes', 'version', 'who', 'phase'])
      expect(text).toContain(`end-of-${what}`);
  });

  test('output on a screen is cut', () => {
    const lines = formatHistory([record], { ...terminal(120), format: 'table' }).split('\n');
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(120);
  });

  test('one long error does not make other lines longer', () => {
    const text = formatHistory([record, deploymentRecord()], { ...pipe, format: 'table' });
    const lines = text.trimEnd().split('\n');
    expect((lines[2] ?? '').length).toBeLessThan((lines[1] ?? '').length - 2000);
  });
});
