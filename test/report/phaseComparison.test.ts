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
    verdict: { word: 'slower', usualLowSeconds: 36, usualHighSeconds: 56.25, spread: 0.08 },
  } as const;
  const unknown = {
    ...known,
    runId: 'b',
    stage: 'extract',
    runs: 4,
    medianSeconds: null,
    p95Seconds: null,
    slow: false,
    verdict: null,
  };

  test('finish prints a line for each phase that can be compared', () => {
    expect(formatPhaseComparison([known, unknown], { ...pipe, paint: tagPaint })).toBe(
      [
        '<dim>PHASE</dim>       <dim>TIME</dim>    <dim>USUALLY</dim>    <dim>P95</dim>',
        'migration  3m12s  45.0s ±8%  58.0s  <warn>slower than usual by 2m27s</warn>\n',
      ].join('\n'),
    );
  });

  test('finish prints nothing without phases to compare with', () => {
    expect(formatPhaseComparison([unknown], pipe)).toBe('');
    expect(phaseComparisonJson([unknown])).toEqual([
      {
        ...{ stage: 'extract', service: 'gateway', duration: 192, runs: 4 },
        ...{ median: null, p95: null, slow: null },
        ...{ verdict: null, usual_low: null, usual_high: null, spread: null },
      },
    ]);
  });

  test('finish names the services of phases if there are several', () => {
    expect(formatPhaseComparison([known, { ...known, service: 'worker' }], pipe)).toContain(
      'worker/migration',
    );
  });

  test('finish prints the verdict on every phase that can be compared, and its figures in JSON', () => {
    const usual = { ...known, durationSeconds: 46, verdict: { ...known.verdict, word: 'usual' } } as const;
    const faster = { ...known, durationSeconds: 30, verdict: { ...known.verdict, word: 'faster' } } as const;
    const lines = formatPhaseComparison([usual, faster], { ...pipe, paint: tagPaint }).split('\n');
    expect(lines[1]).toMatch(/ {2}<dim>usual<\/dim>$/);
    expect(lines[2]).toMatch(/ {2}faster than usual by 15\.0s$/);
    expect(phaseComparisonJson([known])).toMatchObject([
      { slow: true, verdict: 'slower', usual_low: 36, usual_high: 56.25, spread: 0.08 },
    ]);
  });
});
