import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PanelJson } from '../../../scripts/dashboards/dashboard.ts';
import type { Series } from '../../../scripts/pictures/answers.ts';
import { emptyPage, show } from '../../../scripts/pictures/browser.ts';
import { formatValue } from '../../../scripts/pictures/format.ts';
import { rowsOf } from '../../../scripts/pictures/rows.ts';
import { startBrowser } from '../../support/browser.ts';
import { dashboards, panels, root } from './shipped.ts';

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
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser();
    page = await emptyPage(browser, root);
  });
  afterAll(() => browser.close());

  const at = (value: number) => [{ seconds: 60, value }];
  const span = { fromSeconds: 0, toSeconds: 60, stepSeconds: 1, scrapeSeconds: 1 };
  /** The HTML of a panel that is drawn alone. */
  const drawn = async (panel: PanelJson, series: readonly Series[] = []) => {
    const json = { ...dashboards.deployments!, panels: [panel] };
    await show(page, { json, span, shown: {}, answers: [[{ refId: 'A', series }]], marks: {} });
    return await page.$eval('main > *', (one) => one.innerHTML);
  };
  const panelOf = (type: string) => panels.find(({ panel }) => panel.type === type)!.panel;

  test.each(panels)('the renderer draws $dashboard: $title without data', async ({ panel }) => {
    const inside = panel.type === 'text' ? '<p>' : '<p class="quiet">';
    expect(await drawn(panel)).toContain(`</h3>${inside}`);
  });

  test('the renderer draws a panel of an unknown type as a table of its latest values', async () => {
    const panel = {
      ...panelOf('stat'),
      type: 'news',
      fieldConfig: { defaults: { unit: 's' }, overrides: [] },
    };
    const html = await drawn(panel, [{ name: 'shop', labels: {}, points: at(90) }]);
    expect(html).toMatch(/<td>shop<\/td><td><\/td><td class="number"><b class="">1.5 mins<\/b><\/td>/);
  });

  test('the latest values do not include a series that has ended', async () => {
    const ended = { name: '1.0.0 on web-1', labels: {}, points: [{ seconds: 30, value: 1 }] };
    const html = await drawn(panelOf('state-timeline'), [
      ended,
      { ...ended, name: '2.0.0 on web-1', points: at(1) },
    ]);
    expect(html).toContain('2.0.0 on web-1');
    expect(html).not.toContain('1.0.0 on web-1');
  });

  test('the renderer escapes labels', async () => {
    const series = [{ name: '<script>', labels: {}, points: at(2) }];
    expect(await drawn(panelOf('bargauge'), series)).toContain('&lt;script&gt;');
  });

  test('the renderer draws each value of a time series at its time, and leaves out what is not a number', async () => {
    const points = [10, 20, 30].map((seconds) => ({ seconds, value: seconds === 20 ? Number.NaN : seconds }));
    const html = await drawn(panelOf('timeseries'), [{ name: 'shop', labels: {}, points }]);
    expect(html).toContain('d="M52.7 28.0h0 M150.0 4.0h0"');
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
