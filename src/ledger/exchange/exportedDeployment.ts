import type { Database } from '../file/addon.ts';

/** A row by its columns, as SQLite returns it. */
export type Row = Readonly<Record<string, string | number | null>>;

/** A finished deployment as one line of an export: its rows, table by table. Imported, it is history. */
export interface ExportedDeployment {
  readonly kind: 'deployment';
  readonly deploymentId: string;
  readonly rows: Readonly<Record<string, readonly Row[]>>;
}

/** The columns of the other tables of a deployment. */
export const tablesOfDeployment = [
  'deployment_stages',
  'health_verifications',
  'health_checks',
  'outages',
  'migrations',
  'smoke_tests',
  'rollbacks',
  'infrastructure_costs',
  'post_deployment_errors',
  'error_budget_events',
  'tracked_items',
  'deployment_facts',
] as const;

/** Tables without an ID column, with their keys. */
const orders: Readonly<Record<string, string>> = { tracked_items: 'kind, name', deployment_facts: 'fact' };

/** The rows of a finished deployment, without row numbers and processes of this ledger. */
export function exportedDeployment(database: Database, deploymentId: string): ExportedDeployment {
  const rowsOf = (table: string): Row[] =>
    database
      .prepare(`SELECT * FROM ${table} WHERE deployment_id = ? ORDER BY ${orders[table] ?? 'id'}`)
      .all(deploymentId)
      .map((row) => {
        const { id: _, caller: __, ...rest } = row as Record<string, string | number | null>;
        return rest;
      });
  const tables = ['deployment_metrics', ...tablesOfDeployment].map(
    (table) => [table, rowsOf(table)] as const,
  );
  return {
    kind: 'deployment',
    deploymentId,
    rows: Object.fromEntries(tables.filter(([, rows]) => rows.length > 0)),
  };
}
