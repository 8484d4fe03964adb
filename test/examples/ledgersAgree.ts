import { rowsOf } from '../support/program.ts';

/** Tables with what scripts record. `health_checks` and `outages` have a row for each attempt that there was time for. */
const tables = [
  'deployment_metrics',
  'deployment_stages',
  'health_verifications',
  'migrations',
  'rollbacks',
  'smoke_tests',
  'infrastructure_costs',
  'post_deployment_errors',
  'error_budget_events',
  'tracked_items',
  'warnings',
];

/** Columns that may differ, each with the reason. */
const leftOut: Readonly<Record<string, string>> = {
  id: 'identity',
  deployment_id: 'identity',
  run_id: 'identity',
  verification_id: 'identity',
  rollback_id: 'identity',
  by_deployment_id: 'identity',
  caller: 'identity of a process',
  target: 'address: each host has a port of its own',
  python_command: 'path: each host has a folder of its own',
  started_at: 'time',
  ended_at: 'time',
  finished_at: 'time',
  run_at: 'time',
  at: 'time',
  deployment_started_at: 'time',
  deployment_completed_at: 'time',
  triggered_at: 'time',
  started_mono: 'time',
  time_to_healthy: 'time',
  time_to_healthy_seconds: 'time',
  duration_seconds: 'time',
  extract_duration: 'time',
  venv_rebuild_duration: 'time',
  migration_duration: 'time',
  cutover_duration: 'time',
  total_duration: 'time',
  downtime_duration: 'time',
  health_check_duration: 'time',
  time_to_deploy: 'time',
  lived_seconds: 'time',
  attempts: 'as many as there was time for',
  cpu_seconds: 'measured, only of a command that deploytrack runs',
  memory_bytes: 'measured, only of a command that deploytrack runs',
  host_load: 'measured',
  'deployment_metrics.exit_code': 'of the script: PowerShell tells no function how it will exit',
};

/** Texts and exit codes that a script says in its own way: only whether there is one that means failure must be equal. */
const presence = ['error_message', 'exit_code'];

export type Rows = Readonly<Record<string, readonly Record<string, unknown>[]>>;

/** What scripts recorded, without times and identities, table by table. */
export function recordedIn(ledger: string): Rows {
  return Object.fromEntries(
    tables.map((table) => {
      const rows = rowsOf(ledger, { sql: `SELECT * FROM ${table} ORDER BY 1, 2, 3` });
      return [table, rows.map((row) => comparable(table, row))];
    }),
  );
}

function comparable(table: string, row: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(row).filter(
    ([column]) => !(column in leftOut || `${table}.${column}` in leftOut),
  );
  return Object.fromEntries(
    kept.map(([column, value]) => [column, presence.includes(column) ? Boolean(value) : value]),
  );
}

/** Every cell in which two ledgers differ. */
export function differences(one: Rows, other: Rows): string[] {
  return tables.flatMap((table) => {
    const [these = [], those = []] = [one[table], other[table]];
    if (these.length !== those.length) return [`${table}: ${these.length} rows, ${those.length} rows`];
    return these.flatMap((row, at) =>
      Object.entries(row)
        .filter(([column, value]) => value !== those[at]?.[column])
        .map(([column, value]) => `${table}[${at}].${column}: ${value}, ${those[at]?.[column]}`),
    );
  });
}
