import Database from 'better-sqlite3';
import { bounds } from './bounds.ts';
import { interpolated } from './interpolated.ts';
import { views } from './views.ts';

export type Row = Readonly<Record<string, string | number | null>>;

/** The selection in a dashboard; all if a name is missing. */
export interface Choice {
  readonly deployment?: string;
  readonly environment?: string;
  readonly instance?: string;
  /** Address of the web UI. */
  readonly page?: string;
  readonly deployment_id?: string;
}

/** The rows of several ledgers as one database. */
export interface Ledgers {
  rows(sql: string, choice?: Choice): Row[];
  close(): void;
}

const tables = [
  'deployment_metrics',
  'deployment_stages',
  'health_verifications',
  'health_checks',
  'migrations',
  'smoke_tests',
  'rollbacks',
  'infrastructure_costs',
  'post_deployment_errors',
  'error_budget_events',
  'outages',
  'deployment_facts',
  'tracked_items',
  'groups',
  'declarations',
];

/**
 * Copies several ledgers into one database, as SQLite attaches only a few at a time; `atSeconds` is the time of the query.
 * Plain SQL: nothing of the product's own code.
 */
export function openLedgers(files: readonly string[], atSeconds: number): Ledgers {
  const database = new Database(':memory:');
  files.forEach((file, index) => {
    database.prepare('ATTACH ? AS one').run(file);
    for (const table of tables) {
      const into = index === 0 ? `CREATE TABLE all_${table} AS` : `INSERT INTO all_${table}`;
      database.exec(`${into} SELECT ${index} AS ledger, * FROM one.${table}`);
    }
    database.exec('DETACH one');
  });
  database.exec('CREATE TEMP TABLE chosen (name TEXT PRIMARY KEY, value TEXT)');
  database.function('at_seconds', () => atSeconds);
  database.function('unix_seconds', (time: unknown) =>
    time === null ? null : Date.parse(String(time)) / 1000,
  );
  database.function('version_number', (text: unknown) => versionNumber(String(text)));
  database.aggregate('stage_p95', {
    start: (): number[] => [],
    step: (observed: number[], seconds: unknown) => [...observed, Number(seconds)],
    result: (observed: number[]) => interpolated(0.95, { observed, bounds: bounds.stage }),
  });
  for (const [name, sql] of Object.entries(views)) database.exec(`CREATE TEMP VIEW ${name} AS ${sql}`);
  return {
    rows(sql, choice = {}) {
      database.exec('DELETE FROM chosen');
      const choose = database.prepare('INSERT INTO chosen VALUES (?, ?)');
      for (const [name, value] of Object.entries(choice)) choose.run(name, value);
      return database.prepare(sql).all() as Row[];
    },
    close: () => database.close(),
  };
}

/** As in the contract: three parts to a number, 0.5 less for a pre-release; a SHA to a negative identity. */
function versionNumber(text: string): number {
  const parts = /^v?(\d{1,7})\.(\d{1,4})(?:\.(\d{1,4}))?(-[^+]*)?(?:\+.*)?$/.exec(text);
  if (parts !== null) {
    const [, major, minor, patch = '0', preRelease] = parts;
    const number = Number(major) * 1e8 + Number(minor) * 1e4 + Number(patch);
    return preRelease === undefined ? number : number - 0.5;
  }
  if (!/^[0-9a-f]{7,40}$/.test(text)) throw new Error(`the scenario has no tags: ${text}`);
  return -(Number.parseInt(text.slice(0, 7), 16) + 1);
}
