import { describe, expect, test } from 'vitest';
import { noBreakdown, type Part } from '../../src/ledger/analytics/breakdown.ts';
import { formatAnalytics } from '../../src/report/analytics/analytics.ts';
import { breakdownAnalytics } from '../../src/report/analytics/breakdown.ts';
import { displayWidth } from '../../src/report/terminal/width.ts';
import { hostileTexts, pipe, terminal } from './testView.ts';

const part = (values: Partial<Part> = {}): Part => ({
  deployment: 'gateway',
  environment: 'production',
  version: '1.0.0',
  previousVersion: null,
  host: null,
  deployments: 2,
  failed: 1,
  rolledBack: 0,
  medianSeconds: 12.5,
  downtimeSeconds: 3,
  lastStartedAt: '2026-01-14T18:45:00.000Z',
  ...values,
});

describe('stats --by', () => {
  test('stats --by says that there are older ones, and that medians are within 1 %', () => {
    const figures = breakdownAnalytics(
      { parts: [part()], hasOlder: true, quantileError: 0.01 },
      { by: 'version', good: [] },
    );
    const lines = formatAnalytics(figures, { ...pipe, format: 'table' })
      .trimEnd()
      .split('\n');
    expect(lines.slice(-2)).toEqual([
      'older ones are not shown; use --format json',
      'the median is within 1 %, all else is exact',
    ]);
    expect(figures.json).toMatchObject({ quantile_error: 0.01 });
  });

  test('stats --by shows the newest fifty rows, and says how to see the others', () => {
    const parts = Array.from({ length: 60 }, (_, n) => part({ version: `1.${60 - n}` }));
    const figures = breakdownAnalytics({ ...noBreakdown, parts }, { by: 'version', good: [] });
    const lines = formatAnalytics(figures, { ...terminal(100), format: 'table' })
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(53);
    expect(lines.at(-1)).toBe('10 older ones are not shown; use --format json');
    expect(
      formatAnalytics(figures, { ...pipe, format: 'table' })
        .trimEnd()
        .split('\n'),
    ).toHaveLength(61);
    expect(
      formatAnalytics(figures, { ...pipe, format: 'csv' })
        .trimEnd()
        .split('\r\n'),
    ).toHaveLength(61);
  });

  test('stats --by fits a narrow terminal, however long a version is', () => {
    const parts = hostileTexts.map((version) => part({ version, previousVersion: version, host: version }));
    for (const by of ['version', 'upgrade', 'host'] as const) {
      const good = [{ ...part(), inService: null, before: null }];
      const text = formatAnalytics(breakdownAnalytics({ ...noBreakdown, parts }, { by, good }), {
        ...terminal(60),
        format: 'table',
      });
      expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(60);
      expect(text.split('\n')).toHaveLength(parts.length + 4);
    }
  });
});
