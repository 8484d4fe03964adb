import { describe, expect, test } from 'vitest';
import { formatPhaseComparison, phaseComparisonJson } from '../../src/report/stats/phaseComparison.ts';
import { pipe, tagPaint } from './testView.ts';

describe('Phase comparison at finish', () => {
  const known = {
    runId: 'a',
    service: 'gateway',
    stage: 'migration',
    durationSeconds: 192,
    runs: 20,
    medianSeconds: 45,
    p95Seconds: 58,
    slow: true,
  };
  const unknown = {
    ...known,
    runId: 'b',
    stage: 'extract',
    runs: 4,
    medianSeconds: null,
    p95Seconds: null,
    slow: false,
  };

  test('finish prints a line for each phase that can be compared', () => {
    expect(formatPhaseComparison([known, unknown], { ...pipe, paint: tagPaint })).toBe(
      '<dim>PHASE</dim>       <dim>TIME</dim>  <dim>USUALLY</dim>    <dim>P95</dim>\nmigration  3m12s    45.0s  58.0s  <warn>slow</warn>\n',
    );
  });

  test('finish prints nothing without phases to compare with', () => {
    expect(formatPhaseComparison([unknown], pipe)).toBe('');
    expect(phaseComparisonJson([unknown])).toEqual([
      { stage: 'extract', service: 'gateway', duration: 192, runs: 4, median: null, p95: null, slow: null },
    ]);
  });

  test('finish names the services of phases if there are several', () => {
    expect(formatPhaseComparison([known, { ...known, service: 'worker' }], pipe)).toContain(
      'worker/migration',
    );
  });
});
