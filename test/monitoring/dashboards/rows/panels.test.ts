import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readFleet } from '../../../../src/fleet/readFleet.ts';
import { storeAddress } from '../../../../src/fleet/storeAddress.ts';
import { fleetBeganMs, playFleet } from '../../../fleet/playFleet.ts';
import { prepareStore, reader, urlOf, writer } from '../../../fleet/storeRoles.ts';
import { syncFrom } from '../../../fleet/storeWorld.ts';
import type { LedgerWorld } from '../../../ledger/ledgerWorld.ts';
import { because } from '../../../support/because.ts';
import { fakeContext } from '../../../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../../../support/postgres.ts';
import { type SqlResult, sqlClient } from '../../../support/sqlClient.ts';
import { rowDashboards } from '../shipped.ts';
import { type Asked, interpolated, seriesOf } from './grafanaSql.ts';
import { fleetRows, panelFacts, type Selection } from './panelFacts.ts';

vi.setConfig({ testTimeout: 60_000 });

const board = rowDashboards['fleet-deployments']!;
const queries = board.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ refId, rawSql = '', format }) => ({ name: `${title} ${refId}`, rawSql, format })),
);
const ofHosts = ['Version matrix A', 'Hosts by version A', 'Versions by host A'];
const dayMs = 86_400_000;
const at = (day: number) => new Date(fleetBeganMs + day * dayMs);
const selections: Readonly<Record<string, Selection>> = {
  everything: { deployment: null, environment: null, instance: null, from: at(0), to: at(30) },
  'a week': { deployment: null, environment: null, instance: null, from: at(3), to: at(10) },
  'one deployment': { deployment: ['api'], environment: null, instance: null, from: at(0), to: at(30) },
  'two hosts of production': {
    deployment: null,
    environment: ['production'],
    instance: ['web-1', 'web-3'],
    from: at(0),
    to: at(30),
  },
  nothing: { deployment: ["it's"], environment: null, instance: null, from: at(0), to: at(30) },
};

/** Rounded, since sums of floating-point numbers depend on their order. */
const comparable = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toFixed(6)) : one)));

function asked({ from, to, ...names }: Selection, interval = '1d'): Asked {
  const values = Object.fromEntries(Object.entries(names).filter(([, list]) => list !== null));
  const all = Object.fromEntries(
    board.templating.list.flatMap(({ name, allValue }) =>
      Object.hasOwn(values, name) || allValue === undefined ? [] : [[name, allValue]],
    ),
  );
  return {
    from,
    to,
    interval,
    all,
    values: { ...(values as Asked['values']), page: 'https://deploys.example/' },
  };
}

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('Dashboard on rows', () => {
  let postgres: Postgres;
  let worlds: LedgerWorld[];
  let client: Awaited<ReturnType<typeof sqlClient>>;
  beforeAll(async () => {
    worlds = playFleet();
    postgres = await startPostgres();
    prepareStore(postgres);
    for (const world of worlds) await syncFrom(world, { url: urlOf(postgres, writer) });
    client = await sqlClient(urlOf(postgres, reader));
  }, 120_000);
  afterAll(async () => {
    await client.close();
    await postgres.remove();
    for (const world of worlds) world.close();
  });

  const run = (rawSql: string, selection: Selection): Promise<SqlResult> =>
    client.query(interpolated(rawSql, asked(selection)));
  const shown = (result: SqlResult, format: string | undefined) =>
    comparable(format === 'time_series' ? seriesOf(result) : result.rows);
  const factsOf = (name: string, selection: Selection) => {
    const facts = panelFacts(fleetRows(worlds), selection) as Record<string, (step: number) => unknown>;
    return comparable(facts[name]?.(dayMs / 1000));
  };
  const counted = queries.filter(({ name }) => !ofHosts.includes(name));

  test('every query of a panel is compared with the ledgers', () => {
    const facts = Object.keys(panelFacts(fleetRows(worlds), selections.everything!));
    expect(queries.map(({ name }) => name).sort()).toEqual([...facts, ...ofHosts].sort());
    const rows = fleetRows(worlds);
    const statuses = new Set(rows.deployments.map((row) => row.deployment_status));
    expect([...statuses].sort()).toEqual(['discarded', 'failed', 'in-progress', 'success', 'warning']);
    expect(rows.rollbacks.length).toBeGreaterThan(3);
    expect(
      rows.deployments.filter(({ discarded, fragment }) => discarded === 1 || fragment === 1).length,
    ).toBeGreaterThan(3);
  });

  describe.each(Object.entries(selections))('for %s', (_, selection) => {
    test.each(counted)('the query of $name has the sums of the ledgers', async ({ name, rawSql, format }) => {
      expect(shown(await run(rawSql, selection), format)).toEqual(factsOf(name, selection));
    });

    test('the versions are those of deploytrack fleet', async () => {
      const filter = { deployment: null, environment: null, host: null };
      const all = await readFleet(fakeContext(), storeAddress(urlOf(postgres, reader)), {
        filter,
        timeoutMs: 20_000,
      });
      const isChosen = (one: (typeof all)[number], ...names: ('deployment' | 'environment' | 'host')[]) =>
        names.every((name) => selection[name === 'host' ? 'instance' : name]?.includes(one[name]) ?? true);
      const own = all.filter((one) => isChosen(one, 'deployment', 'environment', 'host'));
      const ofName = (name: string) => queries.find((query) => query.name === name)?.rawSql ?? '';
      const matrix = await run(ofName('Version matrix A'), selection);
      const byVersion = await run(ofName('Hosts by version A'), selection);
      const byHost = await run(ofName('Versions by host A'), selection);
      expect(matrix.rows.length).toBe(own.filter(({ version }) => version !== null).length);
      for (const row of matrix.rows)
        expect(own).toContainEqual(
          expect.objectContaining({
            host: row.instance,
            version: row.version,
            deployment: String(row.deployment).split(' (')[0],
          }),
        );
      const cells = (rows: readonly (readonly unknown[])[]) => rows.map((row) => JSON.stringify(row)).sort();
      expect(
        cells(
          byHost.rows.map((row) => [row.instance, row.deployment, row.version, row.behind, row.last_status]),
        ),
      ).toEqual(cells(own.map((one) => [one.host, one.deployment, one.version, one.behind, one.lastStatus])));
      const places = Object.values(
        Object.groupBy(own, (one) =>
          JSON.stringify([one.deployment, one.environment, one.version, one.behind]),
        ),
      );
      expect(
        cells(
          byVersion.rows.map((row) => [
            row.deployment,
            row.environment,
            row.version,
            row.behind,
            row.on_hosts,
          ]),
        ),
      ).toEqual(
        cells(
          places.flatMap((group = []) => {
            const [one] = group;
            return one === undefined || one.version === null
              ? []
              : [[one.deployment, one.environment, one.version, one.behind, group.length]];
          }),
        ),
      );
    });
  });

  test.each(counted)('a mistake in the query of $name is noticed', async ({ name, rawSql, format }) => {
    const one = { ...selections['one deployment']!, from: at(3), to: at(9) };
    const right = factsOf(name, one);
    expect(shown(await run(rawSql, one), format)).toEqual(right);
    for (const text of [
      rawSql.replaceAll('deployment IN ($deployment)', 'deployment IS NOT NULL'),
      rawSql.replaceAll(/\$__timeFilter\((\w+)\)/g, '$1 IS NOT NULL'),
    ])
      expect([text, shown(await run(text, one), format)]).not.toEqual([text, right]);
  });

  test('deployments that are excluded from statistics are in no figure', async () => {
    const { everything } = selections;
    const { rawSql = '', format } = queries.find(({ name }) => name === 'Deployments A') ?? {};
    const all = await run(rawSql.replaceAll('discarded = 0', 'discarded >= 0'), everything!);
    expect(shown(all, format)).not.toEqual(factsOf('Deployments A', everything!));
  });

  test('Grafana shows each result: no time is missing, and the types are those that it knows', async () => {
    const annotations = board.annotations.list.map(({ name, target }) => ({
      name,
      rawSql: target?.rawSql ?? '',
    }));
    for (const { name, rawSql } of [...queries, ...annotations]) {
      const { columns } = await run(rawSql, selections.everything!);
      for (const { type } of columns)
        expect([name, type]).not.toEqual([name, expect.stringMatching(/^\d+$/)]);
      expect(new Set(columns.map((column) => column.name)).size).toBe(columns.length);
    }
  });

  test('the columns of each table are those of its query', async () => {
    for (const panel of board.panels.filter(({ type }) => type === 'table')) {
      const { columns } = await run(panel.targets?.[0]?.rawSql ?? '', selections.everything!);
      const organize = panel.transformations?.find(({ id }) => id === 'organize')?.options;
      const known = columns.map(({ name }) => name);
      expect(Object.keys(organize.indexByName).filter((name) => !known.includes(name))).toEqual([]);
      if (Object.keys(organize.indexByName).length > 0)
        expect(known.filter((name) => !Object.hasOwn(organize.indexByName, name))).toEqual([]);
    }
  });

  test('the variables offer what the hosts have', async () => {
    const offered: Record<string, unknown[]> = {};
    for (const { name, query } of board.templating.list.filter(({ type }) => type === 'query')) {
      const { rows } = await run(String(query), selections['one deployment']!);
      offered[name] = rows.map((row) => row[name]);
    }
    expect(offered).toEqual({
      deployment: ['api', 'shop'],
      environment: ['production', 'staging'],
      instance: ['test-1', 'web-2'],
    });
  });

  test('annotations have a time, a text and tags, and rollouts an end', async () => {
    const [ofRollouts, ofRollbacks] = board.annotations.list;
    const rollouts = await run(ofRollouts?.target?.rawSql ?? '', selections.everything!);
    const rollbacks = await run(ofRollbacks?.target?.rawSql ?? '', selections.everything!);
    const facts = panelFacts(fleetRows(worlds), selections.everything!);
    expect(rollouts.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'time timestamptz',
      'timeend timestamptz',
      'text text',
      'tags text',
    ]);
    expect(rollouts.rows.map((row) => [row.time, row.text]).sort()).toEqual(
      facts['Rollouts A']()
        .map((one) => [one.began, `${one.deployment} ${one.version}, hosts: ${one.hosts}`])
        .sort(),
    );
    expect(rollbacks.columns.map(({ name }) => name)).toEqual(['time', 'text', 'tags']);
    expect(rollbacks.rows.length).toBe(facts['Rollbacks A']()[0]?.Rollbacks);
    expect(rollbacks.rows[0]?.text).toMatch(/^Rollback of \w+ 1\.\d+ on [\w-]+: health_check_failed$/);
  });

  test('the role of the dashboard can read, and change nothing', async () => {
    for (const sql of [
      'DELETE FROM deploytrack.deployment_metrics',
      'SELECT * FROM deploytrack_rows.deployment_metrics',
      'UPDATE deploytrack.hosts SET version = NULL',
    ])
      await expect(client.query(sql)).rejects.toThrow('permission denied');
  });
});
