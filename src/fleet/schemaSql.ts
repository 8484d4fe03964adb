import { hasEndedWell, hasFailed, isNotOpen, isOpen } from '../ledger/statuses.ts';
import type { SentColumn } from '../ledger/sync/columns.ts';
import { hostsColumns, hostsTable, hostsView } from './hostsTable.ts';
import {
  arrivalSql,
  columnSql,
  keyOf,
  revisionSql,
  rowSchema,
  storeVersion,
  typeOf,
  viewSchema,
} from './tables.ts';

type Tables = ReadonlyMap<string, readonly SentColumn[]>;

/** In the order in which they are run. */
export interface SchemaStatements {
  readonly tables: readonly string[];
  /** The columns that tables of an older version lack. */
  readonly additions: readonly string[];
  /** Those that follow need all columns. */
  readonly indexes: readonly Named[];
  readonly views: readonly View[];
  readonly version: string;
}

export interface Named {
  readonly name: string;
  readonly sql: string;
}

export interface View extends Named {
  readonly columns: readonly string[];
}

/**
 * The statements that make the schema of a store, each a transaction of its own; they can be run again. Plain SQL that
 * PostgreSQL, and what speaks its protocol, understand without an extension.
 */
export function schemaStatements(tables: Tables): SchemaStatements {
  return {
    tables: [
      `CREATE SCHEMA IF NOT EXISTS ${rowSchema}`,
      `CREATE SCHEMA IF NOT EXISTS ${viewSchema}`,
      // The ID is that of the store, so that a ledger notices another one behind the same address.
      `CREATE TABLE IF NOT EXISTS ${rowSchema}.store (
    one bigint PRIMARY KEY,
    version bigint NOT NULL,
    store_id text NOT NULL
)`,
      `CREATE TABLE IF NOT EXISTS ${rowSchema}.ledgers (
    ledger_id text PRIMARY KEY,
    hostname text,
    ${revisionSql},
    program_version text,
    ${arrivalSql}
)`,
      hostsTable,
      ...[...tables].map(tableSql),
    ],
    additions: tableColumns(tables).map(additionSql),
    indexes,
    views: [...[...tables].map(viewOf), ledgersView, hostsView, historyView],
    version: `INSERT INTO ${rowSchema}.store (one, version, store_id) VALUES (1, ${storeVersion}, md5(CAST(random() AS text) || CAST(now() AS text)))
    ON CONFLICT (one) DO UPDATE SET version = excluded.version WHERE store.version < excluded.version`,
  };
}

type NamedColumns = readonly (readonly [name: string, type: ReturnType<typeof typeOf>])[];

/** The columns of each table that a later version may have added: never one of a key. */
export function tableColumns(tables: Tables): (readonly [table: string, columns: NamedColumns])[] {
  const sent = [...tables].map(([table, columns]) => {
    const added = columns.filter(({ name }) => !keyOf(table).includes(name));
    return [table, added.map((column) => [column.name, typeOf(column)] as const)] as const;
  });
  return [['hosts', hostsColumns], ...sent];
}

function additionSql([table, columns]: readonly [string, NamedColumns]): string {
  const lines = columns.map(([name, type]) => `    ADD COLUMN IF NOT EXISTS ${columnSql(name, type)}`);
  return `ALTER TABLE ${rowSchema}.${table}\n${lines.join(',\n')}`;
}

function tableSql([table, columns]: [string, readonly SentColumn[]]): string {
  const key = keyOf(table);
  const lines = columns.map(
    (column) => `    ${columnSql(column.name, typeOf(column), key.includes(column.name) ? ' NOT NULL' : '')}`,
  );
  return `CREATE TABLE IF NOT EXISTS ${rowSchema}.${table} (
    ledger_id text NOT NULL,
${lines.join(',\n')},
    ${revisionSql},
    removed boolean NOT NULL DEFAULT false,
    ${arrivalSql},
    PRIMARY KEY (ledger_id, ${key.join(', ')})
)`;
}

/**
 * Rows that a ledger has deleted are kept as removed: hosts may not delete. A view can be replaced only by one with more
 * columns at its end; those of a later version are there.
 */
function viewOf([table, columns]: [string, readonly SentColumn[]]): View {
  const names = ['ledger_id', 'received_at', ...columns.map(({ name }) => name)];
  const sql = `CREATE OR REPLACE VIEW ${viewSchema}.${table} AS
SELECT ${names.join(', ')} FROM ${rowSchema}.${table} WHERE NOT removed`;
  return { name: table, columns: names, sql };
}

const ledgersColumns = ['ledger_id', 'hostname', 'program_version', 'received_at'];
const ledgersView: View = {
  name: 'ledgers',
  columns: ledgersColumns,
  sql: `CREATE OR REPLACE VIEW ${viewSchema}.ledgers AS SELECT ${ledgersColumns.join(', ')} FROM ${rowSchema}.ledgers`,
};

const historyView: View = {
  name: 'deployment_history',
  columns: ['ledger_id', 'id', 'version', 'deployed_at', 'method', 'notes'],
  sql: `CREATE OR REPLACE VIEW ${viewSchema}.deployment_history AS
SELECT ledger_id, id, version, to_char(deployment_completed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS deployed_at,
    deployment_method AS method, notes
FROM ${rowSchema}.deployment_metrics
WHERE ${isNotOpen} AND discarded = 0 AND fragment = 0 AND NOT removed`,
};

const index = (name: string, on: string): Named => ({
  name,
  sql: `CREATE INDEX IF NOT EXISTS ${name} ON ${rowSchema}.${on}`,
});
const group = 'deployment, environment, instance';
const start = 'deployment_started_at';

/** Whatever a command selects by has an index, so that its time does not grow with the age of the fleet. */
const indexes = [
  index('deployment_by_start', `deployment_metrics (${start})`),
  index('deployment_by_group', `deployment_metrics (${group}, ${start})`),
  index('deployment_by_name', `deployment_metrics (deployment, ${start})`),
  index('deployment_by_site', `deployment_metrics (deployment, environment, ${start})`),
  index('deployment_by_environment', `deployment_metrics (environment, ${start})`),
  index('deployment_by_host', `deployment_metrics (instance, ${start})`),
  index('deployment_by_version', `deployment_metrics (version COLLATE "C", ${start})`),
  index('deployment_by_id', 'deployment_metrics (deployment_id)'),
  // For readers that ask again and again what is new.
  index('deployment_by_arrival', 'deployment_metrics (received_at)'),
  // How an ID begins, and how it ends.
  index('deployment_by_head', 'deployment_metrics (deployment_id COLLATE "C")'),
  index('deployment_by_tail', 'deployment_metrics (reverse(deployment_id) COLLATE "C")'),
  index('deployment_by_end', 'deployment_metrics (deployment_completed_at)'),
  index('deployment_open', `deployment_metrics (${start}) WHERE ${isOpen}`),
  index('deployment_failed', `deployment_metrics (${start}) WHERE ${hasFailed}`),
  index(
    'deployment_in_service',
    `deployment_metrics (${group}, deployment_completed_at) WHERE ${hasEndedWell}`,
  ),
  index('stage_by_start', 'deployment_stages (started_at)'),
  index('stage_by_name', 'deployment_stages (service, stage, started_at)'),
  index('rollback_by_time', 'rollbacks (at)'),
  index('migration_by_time', 'migrations (finished_at)'),
  index('budget_event_by_time', 'error_budget_events (at)'),
  index('freeze_by_end', 'freezes (until)'),
];

/**
 * The rights of two roles, by whatever names: one of the hosts, which adds and changes rows and cannot delete any, and one
 * that only reads. They hold for the tables that are there: an upgrade that adds one grants them again.
 */
export function grants({ writer, reader }: { writer?: string; reader?: string }): string[] {
  const ofWriter = (to: string) => [
    `GRANT USAGE ON SCHEMA ${rowSchema}, ${viewSchema} TO ${to}`,
    `GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA ${rowSchema} TO ${to}`,
    `REVOKE INSERT, UPDATE ON ${rowSchema}.store FROM ${to}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${viewSchema} TO ${to}`,
  ];
  const ofReader = (to: string) => [
    `GRANT USAGE ON SCHEMA ${viewSchema} TO ${to}`,
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${viewSchema} TO ${to}`,
  ];
  return [
    ...(writer === undefined ? [] : ofWriter(writer)),
    ...(reader === undefined ? [] : ofReader(reader)),
  ];
}
