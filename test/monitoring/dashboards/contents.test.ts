import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asking, dashboards, folder, panels, queries } from './shipped.ts';

const titles = (dashboard: string) => (dashboards[dashboard]?.panels ?? []).map(({ title }) => title);
const stepsOf = (dashboard: string, title: string) =>
  panels
    .find((placed) => placed.dashboard === dashboard && placed.title === title)
    ?.panel.fieldConfig?.defaults.thresholds?.steps.map(({ value, color }) => [value, color]);

test('there are four dashboards with the documented refresh intervals', () => {
  expect(Object.entries(dashboards).map(([name, { refresh }]) => [name, refresh])).toEqual([
    ['deployments', '10s'],
    ['fleet', '1m'],
    ['pipeline', '10s'],
    ['troubleshooting', '10s'],
  ]);
});

describe('Dashboard Deployments', () => {
  test('the dashboard Deployments has 13 panels and two variables in addition to the data source', () => {
    expect(titles('deployments')).toHaveLength(13);
    expect(variablesOf('deployments')).toEqual(['datasource', 'deployment', 'environment']);
  });

  test.each([
    'deployment_status',
    'deployment_version',
    'time() - deployment_timestamp',
    'deployment_health_status',
    'deployment_info',
    'deployment_health_check',
    'deployment_version_info',
    'rate(deployment_cpu_usage_seconds',
    'deployment_memory_usage_bytes',
    'increase(deployment_rollback_count',
    'deployment_duration_seconds',
    'count by (status) (deployment_status',
  ])('the dashboard Deployments has the requested query %s for the selected deployments', (start) => {
    const asked = `${start}{deployment=~"$deployment",environment=~"$environment"}`;
    expect(queries.some(({ dashboard, expr }) => dashboard === 'deployments' && expr.includes(asked))).toBe(
      true,
    );
  });

  test('the success rate of seven days ignores the selected time range', () => {
    const rate = panels.find(({ title }) => title === 'Success rate, 7 days');
    expect([rate?.panel.timeFrom, rate?.panel.targets?.[0]?.expr]).toEqual([
      '7d',
      expect.stringContaining('[$__range]'),
    ]);
  });
});

test('the dashboard Pipeline overview has the requested rows of 4, 3, 2 and 3 panels, the table, and a row of 2 for the delivery', () => {
  expect(rowsOf('pipeline')).toEqual([
    ['Key metrics', 'stat', 'stat', 'stat', 'stat'],
    ['Trends', 'timeseries', 'timeseries', 'timeseries'],
    ['Stages', 'bargauge', 'table'],
    ['Health and tests', 'gauge', 'table', 'gauge'],
    ['Details', 'table'],
    ['Delivery', 'stat', 'stat'],
  ]);
});

test('the dashboard Troubleshooting shows the selection first, then waterfall, errors, and before and after', () => {
  expect(variablesOf('troubleshooting')).toEqual([
    'datasource',
    'deployment',
    'environment',
    'deployment_id',
  ]);
  expect(rowsOf('troubleshooting')).toEqual([
    ['Deployment $deployment_id', 'table'],
    ['Timeline', 'barchart', 'table'],
    ['Errors', 'table', 'bargauge', 'bargauge', 'table'],
    ['After the deployment', 'timeseries', 'bargauge', 'text'],
    ['Before and after a rollback', 'state-timeline', 'table', 'table'],
  ]);
  const text = panels.find(({ panel }) => panel.type === 'text')?.panel.options.content as string;
  for (const said of ['Application metrics', 'Logs', 'stack traces', 'deployment_id', 'by time', 'dots'])
    expect(text).toContain(said);
});

test('the waterfall is colored by status', () => {
  const { panel } = panels.find(({ title }) => title === 'Stages of the deployment')!;
  const colours = panel.fieldConfig?.overrides.map(({ matcher, properties }) => [
    matcher.options,
    properties.find(({ id }) => id === 'color')?.value.fixedColor,
  ]);
  expect(colours).toEqual([
    ['success', 'green'],
    ['slow', 'yellow'],
    ['failed', 'red'],
    ['start', 'transparent'],
  ]);
});

test.each([
  [
    'pipeline',
    'Success rate',
    [
      [null, 'red'],
      [0.9, 'yellow'],
      [0.95, 'green'],
    ],
  ],
  [
    'deployments',
    'Success rate, 7 days',
    [
      [null, 'red'],
      [0.9, 'yellow'],
      [0.95, 'green'],
    ],
  ],
  [
    'pipeline',
    'Time to deploy, p95',
    [
      [null, 'green'],
      [300, 'yellow'],
      [600, 'red'],
    ],
  ],
  [
    'pipeline',
    'Time to deploy over time, p95',
    [
      [null, 'green'],
      [300, 'yellow'],
      [600, 'red'],
    ],
  ],
  [
    'pipeline',
    'Migration, last run',
    [
      [null, 'green'],
      [120, 'yellow'],
      [300, 'red'],
    ],
  ],
])('the dashboard %s has the requested thresholds in %s', (dashboard, title, steps) => {
  expect(stepsOf(dashboard, title)).toEqual(steps);
});

test.each(Object.entries(dashboards))(
  'the dashboard %s has annotations for deployments, rollbacks and firing alerts',
  (_, json) => {
    const told = json.annotations.list.map(({ name, expr }) => [name, /\w+(?=\{)/.exec(expr)?.[0]]);
    expect(told).toEqual([
      ['Deployments', 'deployment_recent_start_timestamp_seconds'],
      ['Rollbacks', 'deployment_rollback_count'],
      ['Firing alerts', 'ALERTS'],
    ]);
    for (const { datasource } of json.annotations.list) expect(datasource.uid).toBe('$' + '{datasource}');
  },
);

test.each(Object.entries(dashboards))(
  'the dashboard %s is portable, without IDs and with schema version 39',
  (name, json) => {
    expect(json.schemaVersion).toBe(39);
    const { id, uid, version } = json as unknown as Record<string, unknown>;
    expect([id, uid, version]).toEqual([undefined, undefined, undefined]);
    for (const panel of json.panels) expect(panel).not.toHaveProperty('id');
    const text = readFileSync(join(folder, `${name}.json`), 'utf8');
    const sources = new Set([...text.matchAll(/"uid": (.*?),?\n/g)].map(([, source]) => source));
    expect([...sources]).toEqual([`"$${'{datasource}'}"`]);
  },
);

test.each(queries)('the query of $dashboard: $panel, $refId has no fixed range', ({ expr }) => {
  const ranges = [...expr.matchAll(/\[([^\]]*)\]/g)].map(([, range]) => range);
  expect(ranges.filter((range) => range !== '$__range' && range !== '$__rate_interval')).toEqual([]);
});

test.each(asking)('$dashboard: $title queries the selected deployments and environments', ({ panel }) => {
  for (const { expr } of panel.targets ?? []) {
    expect(expr).toContain('$deployment');
    expect(expr).toContain('$environment');
  }
});

test.each(['deployments', 'pipeline', 'troubleshooting'])('the dashboard %s links to the CI run', (name) => {
  const text = readFileSync(join(folder, `${name}.json`), 'utf8');
  expect(text).toContain(`"url": "$${'{__data.fields.url}'}"`);
  const asked = queries.filter(({ dashboard, expr }) => dashboard === name && /\burl\b/.test(expr));
  expect(asked.length).toBeGreaterThan(0);
});

test.each(Object.entries(dashboards))(
  'the panels of %s are inside the grid and do not overlap',
  (_, json) => {
    const cells = json.panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from(
        { length: w * h },
        (_unused, index) => `${x + (index % w)},${y + Math.floor(index / w)}`,
      );
    });
    expect(new Set(cells).size).toBe(cells.length);
  },
);

function variablesOf(dashboard: string) {
  return dashboards[dashboard]?.templating.list.map(({ name }) => name);
}

/** The title of each row and the types of its panels. */
function rowsOf(dashboard: string): string[][] {
  const rows: string[][] = [];
  for (const { type, title } of dashboards[dashboard]?.panels ?? [])
    if (type === 'row') rows.push([title]);
    else rows.at(-1)?.push(type);
  return rows;
}
