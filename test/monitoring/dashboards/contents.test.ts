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
  test('the dashboard Deployments begins with the figures and has one table of what is in service', () => {
    expect(titles('deployments')).toEqual([
      ...['Success rate, 7 days', 'Running now', 'Not healthy', 'Newest deployments by status'],
      ...['In service', 'Duration', 'Rollbacks', 'Health checks', 'Versions and commits'],
      ...['Resources of deployment scripts', 'CPU used by deployments', 'Memory used by deployments'],
    ]);
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
  ])('the dashboards have the requested query %s for the selected deployments', (start) => {
    const asked = `${start}{deployment=~"$deployment",environment=~"$environment",instance=~"$instance"}`;
    expect(queries.some(({ expr }) => expr.includes(asked))).toBe(true);
  });

  test('the success rate of seven days ignores the selected time range', () => {
    const rate = panels.find(({ title }) => title === 'Success rate, 7 days');
    expect([rate?.panel.timeFrom, rate?.panel.targets?.[0]?.expr]).toEqual([
      '7d',
      expect.stringContaining('[$__range]'),
    ]);
  });
});

test('the dashboard Pipeline overview shows figures and recent deployments first, then delivery, budget, trends and details', () => {
  expect(rowsOf('pipeline')).toEqual([
    ['Key metrics', 'stat', 'stat', 'stat', 'stat'],
    ['Recent deployments', 'table'],
    ['Delivery', 'stat', 'table', 'stat', 'stat', 'stat'],
    ['Error budget', 'bargauge', 'bargauge', 'timeseries'],
    ['Trends', 'timeseries', 'timeseries', 'timeseries'],
    ['Stages', 'table', 'table'],
    ['Health and tests', 'stat', 'table', 'gauge'],
  ]);
});

test.each([
  'Deployments per day',
  'Lead time',
  'Change fail rate',
  'Time to restore',
  'Downtime',
  'Error budget left, 30 days',
  'Burn rate',
])('the dashboard Pipeline overview has the panel %s', (title) => {
  expect(titles('pipeline')).toContain(title);
});

test('the dashboard Troubleshooting shows the selection first, then waterfall, errors, and before and after', () => {
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

test.each(Object.keys(dashboards))('the dashboard %s selects deployments, environments and hosts', (name) => {
  const variables = dashboards[name]?.templating.list.map((variable) => variable.name);
  const own = name === 'troubleshooting' ? ['deployment_id'] : [];
  expect(variables).toEqual(['datasource', 'deployment', 'environment', 'instance', 'page', ...own]);
});

test('the waterfall is colored by status', () => {
  const { panel } = panels.find(({ title }) => title === 'Stages of the deployment')!;
  const colours = panel.fieldConfig?.overrides.map(({ matcher, properties }) => [
    matcher.options,
    properties.find(({ id }) => id === 'color')?.value.fixedColor,
  ]);
  expect(colours).toEqual([
    ['success', 'green'],
    ['slow', 'orange'],
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
    'Time to deploy',
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
  'the dashboard %s is portable, with a fixed uid, without other IDs and with schema version 39',
  (name, json) => {
    expect(json.schemaVersion).toBe(39);
    expect(json.uid).toBe(`deploytrack-${name}`);
    const { id, version } = json as unknown as Record<string, unknown>;
    expect([id, version]).toEqual([undefined, undefined]);
    for (const panel of json.panels) expect(panel).not.toHaveProperty('id');
    const text = readFileSync(join(folder, `${name}.json`), 'utf8');
    const sources = new Set([...text.matchAll(/"uid": (.*?),?\n/g)].map(([, source]) => source));
    expect(sources).toEqual(new Set([`"deploytrack-${name}"`, `"$${'{datasource}'}"`]));
  },
);

test.each(queries)('the query of $dashboard: $panel, $refId has no fixed range', ({ expr }) => {
  const ranges = [...expr.matchAll(/\[([^\]]*)\]/g)].map(([, range]) => range);
  expect(
    ranges.filter((range) => !['$__range', '$__range:1m', '$__rate_interval'].includes(range ?? '')),
  ).toEqual([]);
});

test.each(asking)(
  '$dashboard: $title queries the selected deployments, environments and hosts',
  ({ panel }) => {
    for (const { expr } of panel.targets ?? []) {
      expect(expr).toContain('$deployment');
      expect(expr).toContain('$environment');
      // A recorded ratio is of all hosts together.
      if (!expr.includes('deployment_environment:')) expect(expr).toContain('$instance');
    }
  },
);

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

/** The title of each row and the types of its panels. */
function rowsOf(dashboard: string): string[][] {
  const rows: string[][] = [];
  for (const { type, title } of dashboards[dashboard]?.panels ?? [])
    if (type === 'row') rows.push([title]);
    else rows.at(-1)?.push(type);
  return rows;
}
