import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root, rowDashboards, rowPanels } from '../shipped.ts';
import { type Asked, interpolated, seriesOf } from './grafanaSql.ts';

const board = rowDashboards['fleet-deployments']!;
const source = { type: 'grafana-postgresql-datasource', uid: '$' + '{store}' };
const statements = [
  ...board.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ rawSql = '' }) => ({ name: title, sql: rawSql })),
  ),
  ...board.annotations.list.map(({ name, target }) => ({ name, sql: target?.rawSql ?? '' })),
];

describe('Dashboard Fleet deployments', () => {
  test('the dashboard shows rollouts first, then versions, deployments with their errors, and phases', () => {
    const rows: string[][] = [];
    for (const { type, title } of board.panels)
      if (type === 'row') rows.push([title]);
      else rows.at(-1)?.push(title);
    expect(rows).toEqual([
      [
        ...['Rollouts', 'Success rate', 'Failed deployments', 'Rollbacks', 'Hosts'],
        ...['Deployments over time', 'Rollouts over time', 'Rollouts'],
      ],
      ['Versions', 'Version matrix', 'Hosts by version', 'Versions by host'],
      ['Deployments', 'Deployments', 'Errors'],
      ['Phases', 'Slowest phases by host', 'Phases over time'],
    ]);
  });

  test('the dashboard works in every Grafana at its first import', () => {
    const { id, version } = board as unknown as Record<string, unknown>;
    expect([board.uid, board.schemaVersion, board.editable, id, version]).toEqual([
      'deploytrack-fleet-deployments',
      39,
      false,
      undefined,
      undefined,
    ]);
    const text = readFileSync(
      join(root, 'examples/monitoring/grafana/store/dashboards/fleet-deployments.json'),
      'utf8',
    );
    const uids = new Set([...text.matchAll(/"uid": (.*?),?\n/g)].map(([, uid]) => uid));
    expect(uids).toEqual(new Set(['"deploytrack-fleet-deployments"', `"${source.uid}"`]));
    for (const panel of board.panels) expect(panel).not.toHaveProperty('id');
    for (const { panel } of rowPanels) {
      expect(panel.datasource).toEqual(source);
      for (const target of panel.targets ?? []) expect(target.datasource).toEqual(source);
    }
  });

  test('the variables have the names of the other dashboards, except the data source', () => {
    const [first, ...others] = board.templating.list;
    expect(first).toMatchObject({ name: 'store', type: 'datasource', query: source.type });
    expect(others.map(({ name, type, multi, allValue }) => [name, type, multi, allValue])).toEqual([
      ['deployment', 'query', true, 'deployment'],
      ['environment', 'query', true, 'environment'],
      ['instance', 'query', true, 'instance'],
      ['page', 'textbox', false, undefined],
    ]);
  });

  test.each(rowPanels)('the panel $title says what it shows, also if there is nothing', ({ panel }) => {
    expect(panel.description ?? '').toMatch(/^[A-Z].*\.$/s);
    expect(panel.fieldConfig?.defaults.noValue).toMatch(/^no /);
    expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24);
  });

  test('the ID of a deployment links to Troubleshooting without a data source, which would be another one', () => {
    const urls = rowPanels.flatMap(({ panel }) =>
      (panel.fieldConfig?.overrides ?? [])
        .filter(({ matcher }) => matcher.options === 'ID')
        .flatMap(({ properties }) => properties.find(({ id }) => id === 'links')?.value[0].url as string),
    );
    const url = `/d/deploytrack-troubleshooting?var-deployment_id=$${'{__value.raw}'}&$${'{__url_time_range}'}`;
    expect(urls).toEqual([url, url]);
  });

  test('statuses have the words and colors of the other dashboards', () => {
    const words = JSON.stringify(board);
    for (const [status, color] of [
      ['in-progress', 'blue'],
      ['success', 'green'],
      ['warning', 'orange'],
      ['failed', 'red'],
    ] as const)
      expect(words).toMatch(new RegExp(`"${status}":\\{"text":"[a-z ]+","color":"${color}"`));
  });
});

describe('SQL of the dashboard on rows', () => {
  test.each(statements)('the query of $name follows the rules of macros', ({ sql }) => {
    // A macro ends at its first closing bracket, and a comma after a group gives it another name.
    for (const [macro = ''] of sql.matchAll(/\$__\w+\([^)]*/g)) expect(macro).not.toMatch(/\(.*\(/);
    expect(sql).not.toMatch(/\$__timeGroup\([^)]*\),/);
  });

  test.each(statements)(
    'the query of $name asks for the selection, and reads no internal table',
    ({ sql }) => {
      for (const name of ['$deployment', '$environment', '$instance']) expect(sql).toContain(`(${name})`);
      expect(sql).toMatch(/deploytrack\.\w/);
      expect(sql).not.toContain('deploytrack_rows');
    },
  );

  test.each(statements)(
    'the query of $name reads no table that grows with the age of the fleet as a whole',
    ({ sql }) => {
      // The hosts are one row each; everything else begins with the deployments or rollbacks of the range.
      // When a version first came into service is read from the first rows of an index.
      const others = sql.replaceAll(/LATERAL \([^()]*(?:\([^()]*\)[^()]*)*LIMIT 1(?:00)?\s*\)/g, '');
      const isOfHosts = !/FROM deploytrack\.(?!hosts\b)/.test(others);
      expect(isOfHosts || sql.includes('$__timeFilter(')).toBe(true);
    },
  );
});

describe('Macros as in Grafana', () => {
  const asked: Asked = {
    from: new Date('2026-01-01T00:00:00Z'),
    to: new Date('2026-01-02T00:00:00Z'),
    interval: '1h',
    values: { host: ["o'hara", 'b'], page: "it's" },
    all: { every: 'every' },
  };

  test('a query gets times, groups and quoted values', () => {
    expect(
      interpolated(
        `SELECT $__timeGroup(at,'$__interval') AS t, '$page' WHERE $__timeFilter(at) AND host IN ($host) AND every IN ($${'{every}'})`,
        asked,
      ),
    ).toBe(
      "SELECT floor(extract(epoch from at)/3600)*3600 AS t, 'it''s' WHERE at BETWEEN '2026-01-01T00:00:00.000Z' AND '2026-01-02T00:00:00.000Z' AND host IN ('o''hara','b') AND every IN (every)",
    );
  });

  test('a group before a comma is named, a function in a macro breaks it, and unknown macros are errors', () => {
    expect(interpolated("$__timeGroup(at,'1d'), x", asked)).toBe(
      'floor(extract(epoch from at)/86400)*86400 AS "time", x',
    );
    expect(interpolated('$__timeFilter(lower(at))', asked)).toMatch(/^lower\(at BETWEEN .*'\)$/);
    expect(() => interpolated('$__timeBucket(at)', asked)).toThrow('unknown macro');
    expect(() => interpolated('$nowhere', asked)).toThrow('has no value');
  });

  test('series need their three columns, a time in each row, and its order', () => {
    const columns = ['time', 'metric', 'value'].map((name) => ({ name, type: 'text' }));
    const row = (time: number | null) => ({ time, metric: 'a', value: 1 });
    expect(seriesOf({ columns, rows: [row(1), row(1), row(2)] })).toHaveLength(3);
    expect(() => seriesOf({ columns, rows: [row(2), row(1)] })).toThrow('not sorted');
    expect(() => seriesOf({ columns, rows: [row(null)] })).toThrow('null time');
    expect(() => seriesOf({ columns: columns.slice(1), rows: [] })).toThrow('not time, metric and value');
  });
});

describe('Data source of the central store', () => {
  const text = readFileSync(
    join(root, 'examples/monitoring/grafana/store/provisioning/datasources/store.yml'),
    'utf8',
  );
  const [provisioned] = parse(text).datasources;

  test('the example has the type that the dashboard asks for, and reads the password from the environment', () => {
    expect(provisioned).toMatchObject({
      type: source.type,
      user: 'deploytrack_reader',
      secureJsonData: { password: '$' + '{GRAFANA_STORE_PASSWORD}' },
      jsonData: { sslmode: 'verify-full' },
    });
    expect(text.match(/password: (?!\$\{)/g)).toBeNull();
  });
});
