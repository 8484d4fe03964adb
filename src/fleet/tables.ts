import { sentTables } from '../ledger/file/storeTables.ts';
import type { SentColumn } from '../ledger/sync/columns.ts';

/** The schema of the views that people query, and that of the tables behind them. */
export const viewSchema = 'deploytrack';
export const rowSchema = 'deploytrack_rows';

/** Counts the migrations of the store's schema. */
export const storeVersion = 1;

/** Revisions are times in ms, or count on from them: this is far above all, and below what JavaScript counts exactly. */
export const highestRevision = 2 ** 52;
export const revisionSql = `revision bigint NOT NULL CHECK (revision BETWEEN 0 AND ${highestRevision})`;

/** What identifies a row of a table within its ledger and what it is sent with. */
const rowKeys: Readonly<Record<string, readonly string[]>> = {
  deployment_metrics: [],
  deployment_stages: ['run_id'],
  health_verifications: ['verification_id'],
  health_checks: ['id'],
  outages: ['id'],
  migrations: ['run_id'],
  smoke_tests: ['run_id'],
  rollbacks: ['rollback_id'],
  infrastructure_costs: ['cost_id'],
  post_deployment_errors: ['error_id'],
  error_budget_events: ['id'],
  tracked_items: ['kind', 'name'],
  deployment_facts: ['fact'],
  freezes: [],
  gate_decisions: [],
};

/** The columns of the primary key, after the ID of the ledger. */
export function keyOf(table: string): readonly string[] {
  const sent = sentTables[table];
  if (sent === undefined) throw new Error(`no such table: ${table}`);
  return [sent.key, ...(rowKeys[table] ?? [])];
}

/** Columns that hold a time. */
const times = new Set(['until', 'at', 'run_at']);

type StoredType = ReturnType<typeof typeOf>;

/** What no ledger sends: one host could otherwise keep readers from the rows of all. */
const ranges: Readonly<Partial<Record<StoredType, string>>> = {
  timestamptz: "BETWEEN '0001-01-01 00:00:00+00' AND '9999-12-31 23:59:59.999999+00'",
  // Also their sums are numbers then. NaN is above infinity, or below it.
  'double precision': 'BETWEEN -1e15 AND 1e15',
};

/** A column as it is declared. */
export function columnSql(name: string, type: StoredType, more = ''): string {
  const range = ranges[type];
  const check = range === undefined ? '' : ` CHECK (${name} ${range})`;
  return `${name} ${type}${more}${check}`;
}

/** When a row came, by the clock of the store. */
export const arrivalSql = columnSql('received_at', 'timestamptz', ' NOT NULL DEFAULT now()');

/** The type of a column in the store. Flags stay numbers, so that the same SQL compares them in both dialects. */
export function typeOf({ name, type }: SentColumn): 'text' | 'bigint' | 'double precision' | 'timestamptz' {
  if (type === 'INTEGER') return 'bigint';
  if (type === 'REAL') return 'double precision';
  return times.has(name) || name.endsWith('_at') ? 'timestamptz' : 'text';
}
