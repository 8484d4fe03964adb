import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawPanel } from '../../../scripts/pictures/draw/panel.ts';
import { formatValue } from '../../../scripts/pictures/format.ts';
import { rowsOf } from '../../../scripts/pictures/rows.ts';
import { dashboards, panels, root } from './shipped.ts';

const source = {
  fromSeconds: 0,
  toSeconds: 60,
  stepSeconds: 1,
  scrapeSeconds: 1,
  instant: async () => [],
  range: async () => [],
};
const parts = { answers: [], moments: [], source, size: { width: 400, height: 200 } };

test.each(Object.keys(dashboards))(
  'the dashboard %s has its picture, a small PNG shown in docs/dashboards.md',
  (name) => {
    const png = readFileSync(join(root, `docs/pictures/${name}.png`));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.length).toBeLessThan(150_000);
    expect(png.length).toBeGreaterThan(10_000);
    expect(readFileSync(join(root, 'docs/dashboards.md'), 'utf8')).toContain(`(pictures/${name}.png)`);
  },
);

describe('Renderer of pictures', () => {
  test.each(panels)('the renderer draws $dashboard: $title without data', ({ panel }) => {
    expect(drawPanel(panel, parts)).toMatch(/^<div class="(nothing|text)">/);
  });

  test('the renderer rejects a panel type that it cannot draw', () => {
    expect(() => drawPanel({ ...panels[0]!.panel, type: 'news' }, parts)).toThrow('news');
  });

  test('the renderer escapes labels', () => {
    const { panel } = panels.find((placed) => placed.panel.type === 'bargauge')!;
    const series = [{ name: '<script>', labels: {}, points: [{ seconds: 1, value: 2 }] }];
    expect(drawPanel(panel, { ...parts, answers: [{ refId: 'A', series }] })).toContain('&lt;script&gt;');
  });
});

test.each([
  [0.0042, 's', undefined, '4.2 ms'],
  [90, 's', 1, '1.5 mins'],
  [0, 's', 1, '0.0 s'],
  [250, 'ms', undefined, '250 ms'],
  [0.727, 'percentunit', 1, '72.7%'],
  [5_400_000, 'bytes', undefined, '5.15 MiB'],
  [1.5, 'currencyUSD', undefined, '$1.50'],
  [1_767_225_600_000, 'dateTimeAsIso', undefined, '2026-01-01 00:00:00'],
])('%d in %s with %s decimals is shown as %s', (value, unit, decimals, text) => {
  expect(formatValue(value, { unit, ...(decimals === undefined ? {} : { decimals }) })).toBe(text);
});

test('query results become rows that are joined by common labels, renamed, sorted and without unused columns', () => {
  const point = (value: number) => [{ seconds: 1, value }];
  const one = (labels: Record<string, string>, value: number) => ({ name: '', labels, points: point(value) });
  const answers = [
    { refId: 'A', series: [one({ host: 'a', os: 'x' }, 1), one({ host: 'b', os: 'y' }, 1)] },
    { refId: 'B', series: [one({ host: 'b' }, 5), one({ host: 'a' }, 9)] },
    { refId: 'C', series: [] },
  ];
  const organize = {
    excludeByName: { 'Value #A': true },
    indexByName: {},
    renameByName: { 'Value #B': 'Age' },
  };
  const rows = rowsOf(answers, [
    { id: 'merge', options: {} },
    { id: 'organize', options: organize },
    { id: 'sortBy', options: { sort: [{ field: 'Age', desc: false }] } },
  ]);
  expect(rows.rows).toEqual([
    { host: 'b', os: 'y', Age: 5 },
    { host: 'a', os: 'x', Age: 9 },
  ]);
});
