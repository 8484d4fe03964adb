import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type LedgerWorld, ledgerWorld } from './ledgerWorld.ts';
import { scriptOf } from './script.ts';

/** The columns of the user's own table, in its order: name, type, not null, default, primary key. */
const seedColumns = [
  ['id', 'INTEGER', 0, null, 1],
  ['version', 'TEXT', 1, null, 0],
  ['previous_version', 'TEXT', 0, null, 0],
  ['deployment_started_at', 'TEXT', 1, null, 0],
  ['deployment_completed_at', 'TEXT', 0, null, 0],
  ['hostname', 'TEXT', 0, null, 0],
  ['os_version', 'TEXT', 0, null, 0],
  ['python_version', 'TEXT', 0, null, 0],
  ['extract_duration', 'REAL', 0, null, 0],
  ['venv_rebuild_duration', 'REAL', 0, null, 0],
  ['migration_duration', 'REAL', 0, null, 0],
  ['cutover_duration', 'REAL', 0, null, 0],
  ['total_duration', 'REAL', 0, null, 0],
  ['downtime_duration', 'REAL', 0, null, 0],
  ['health_check_success', 'INTEGER', 0, '0', 0],
  ['health_check_duration', 'REAL', 0, null, 0],
  ['time_to_healthy', 'TEXT', 0, null, 0],
  ['deployment_method', 'TEXT', 0, "'manual'", 0],
  ['deployment_status', 'TEXT', 0, "'in-progress'", 0],
  ['error_message', 'TEXT', 0, null, 0],
  ['notes', 'TEXT', 0, null, 0],
];

const tables = [
  'deployment_metrics',
  'deployment_stages',
  'health_checks',
  'health_verifications',
  'migrations',
  'outages',
  'rollbacks',
  'schema_version',
];

/** Runs a query in the `sqlite3` tool, as the user does; returns what it prints. */
function sqlite3(world: LedgerWorld, sql: string): string {
  return execFileSync('sqlite3', ['-batch', world.path], { encoding: 'utf8', input: sql });
}

/** Five deployments: two successful ones (one slow), a warning, a failure, and a running one. */
function filled(): LedgerWorld {
  const world = ledgerWorld();
  const deploy = (version: string, step: (script: ReturnType<typeof scriptOf>) => void) => {
    const script = scriptOf(world, `d-${version}`);
    script.start({ version });
    step(script);
    world.pass(60);
  };
  deploy('1.0.0', (s) => [s.wrap('cutover', { seconds: 13.2 }), s.health(), s.finish()]);
  world.context.setWallTime('2026-02-01T00:00:00Z');
  deploy('1.1.0', (s) => [
    s.wrap('migration', { seconds: 300 }),
    s.wrap('cutover', { seconds: 20 }),
    s.health(),
    s.finish(),
  ]);
  deploy('1.2.0', (s) => [
    s.wrap('migration', { seconds: 700, code: 3 }),
    s.finish({ exitCode: 1, error: 'no lock' }),
  ]);
  deploy('1.3.0', (s) => [s.wrap('cutover', { seconds: 9 }), s.health(), s.finish({ status: 'warning' })]);
  deploy('1.4.0', () => {});
  return world;
}

describe('Table deployment_metrics', () => {
  test("deployment_metrics begins with exactly the columns of the user's schema", () => {
    const columns = ledgerWorld().rows('PRAGMA table_info(deployment_metrics)');
    const told = columns.map(({ name, type, notnull, dflt_value, pk }) => [
      name,
      type,
      notnull,
      dflt_value,
      pk,
    ]);
    expect(told.slice(0, seedColumns.length)).toEqual(seedColumns);
  });

  test('deployment_metrics has AUTOINCREMENT and UNIQUE on version and start', () => {
    const world = ledgerWorld();
    const insert = "INSERT INTO deployment_metrics (version, deployment_started_at) VALUES ('1', 't')";
    world.database.exec(insert);
    expect(() => world.database.exec(insert)).toThrow(
      'UNIQUE constraint failed: deployment_metrics.version, deployment_metrics.deployment_started_at',
    );
    world.database.exec('DELETE FROM deployment_metrics');
    world.database.exec(insert);
    expect(world.rows('SELECT id FROM deployment_metrics')).toEqual([{ id: 2 }]);
  });

  test("deployment_metrics accepts an insert with only the user's columns", () => {
    const world = ledgerWorld();
    world.database.exec("INSERT INTO deployment_metrics (version, deployment_started_at) VALUES ('1', 't')");
    expect(
      world.rows(
        'SELECT deployment_method, deployment_status, health_check_success, discarded, fragment FROM deployment_metrics',
      ),
    ).toEqual([
      {
        deployment_method: 'manual',
        deployment_status: 'in-progress',
        health_check_success: 0,
        discarded: 0,
        fragment: 0,
      },
    ]);
  });
});

describe('Public tables', () => {
  test.each(tables)('the table %s exists', (table) => {
    expect(ledgerWorld().rows(`SELECT count(*) >= 0 AS found FROM ${table}`)).toEqual([{ found: 1 }]);
  });

  test('deployment_history is a view of finished deployments, with times in the form with a blank', () => {
    const world = filled();
    const history = world.rows(
      'SELECT version, deployed_at, method, notes FROM deployment_history ORDER BY id',
    );
    expect(history).toEqual([
      { version: '1.0.0', deployed_at: '2026-01-15 10:00:13', method: 'manual', notes: null },
      { version: '1.1.0', deployed_at: '2026-02-01 00:05:20', method: 'manual', notes: null },
      { version: '1.2.0', deployed_at: '2026-02-01 00:18:00', method: 'manual', notes: null },
      { version: '1.3.0', deployed_at: '2026-02-01 00:19:09', method: 'manual', notes: null },
    ]);
  });
});

describe("User's queries in the sqlite3 tool", () => {
  test('the query for the schema version returns 4', () => {
    expect(sqlite3(ledgerWorld(), 'SELECT version FROM schema_version ORDER BY version DESC LIMIT 1')).toBe(
      '4\n',
    );
  });

  test('the query for the slowest deployments works unchanged', () => {
    const sql = `SELECT version, total_duration, downtime_duration
FROM deployment_metrics
WHERE deployment_status = 'success'
ORDER BY total_duration DESC
LIMIT 10;`;
    expect(sqlite3(filled(), sql)).toBe('1.1.0|320.02|20.0\n1.0.0|13.22|13.2\n');
  });

  test('the query for the monthly average works unchanged', () => {
    const sql = `SELECT 
    strftime('%Y-%m', deployment_started_at) as month,
    AVG(total_duration) as avg_duration,
    AVG(downtime_duration) as avg_downtime,
    COUNT(*) as deployments
FROM deployment_metrics
WHERE deployment_status = 'success'
GROUP BY month
ORDER BY month DESC;`;
    expect(sqlite3(filled(), sql)).toBe('2026-02|320.02|20.0|1\n2026-01|13.22|13.2|1\n');
  });

  test('the query for deployments slower than average works unchanged', () => {
    const sql = `SELECT version, total_duration, downtime_duration
FROM deployment_metrics
WHERE total_duration > (
    SELECT AVG(total_duration) 
    FROM deployment_metrics 
    WHERE deployment_status = 'success'
);`;
    expect(sqlite3(filled(), sql)).toBe('1.1.0|320.02|20.0\n1.2.0|700.0|\n');
  });

  test('the query for failed health checks works unchanged, including the default of a running deployment', () => {
    const sql = `SELECT version, deployment_started_at, error_message
FROM deployment_metrics
WHERE health_check_success = 0
ORDER BY deployment_started_at DESC;`;
    expect(sqlite3(filled(), sql)).toBe(
      '1.4.0|2026-02-01T00:20:09.040Z|\n1.2.0|2026-02-01T00:06:20.020Z|no lock\n',
    );
  });

  test("the queries of the user's alerts work unchanged", () => {
    const world = filled();
    const where = (condition: string) =>
      sqlite3(world, `SELECT version FROM deployment_metrics WHERE ${condition} ORDER BY id`)
        .split('\n')
        .slice(0, -1);
    expect(where('downtime_duration > 15')).toEqual(['1.1.0']);
    expect(where('total_duration > 300')).toEqual(['1.1.0', '1.2.0']);
    expect(where("deployment_status = 'failed'")).toEqual(['1.2.0']);
    expect(where('CAST(time_to_healthy AS REAL) > 60')).toEqual([]);
  });

  test('a final status is final in the sqlite3 tool too', () => {
    const world = filled();
    expect(() => sqlite3(world, "UPDATE deployment_metrics SET deployment_status = 'success'")).toThrow(
      'a terminal deployment_status is final',
    );
  });
});
