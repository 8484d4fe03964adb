import type { HostState } from '../ledger/sync/hostStates.ts';
import { arrivalSql, columnSql, revisionSql, rowSchema, viewSchema } from './tables.ts';
import { inParts, type Statement, storedValue, tuples } from './upsertSql.ts';

/**
 * One row per ledger, host, deployment and environment, so that the state of a fleet does not depend on how old it is.
 */
const columns = {
  instance: 'text',
  deployment: 'text',
  environment: 'text',
  version: 'text',
  since: 'timestamptz',
  last_deployment_id: 'text',
  last_version: 'text',
  last_status: 'text',
  last_started_at: 'timestamptz',
  healthy: 'bigint',
} as const satisfies Record<keyof HostState, string>;

const key = ['instance', 'deployment', 'environment'];
const names = Object.keys(columns) as (keyof HostState)[];

/** Those outside of the key, with their types. */
export const hostsColumns = names
  .filter((name) => !key.includes(name))
  .map((name) => [name, columns[name]] as const);

export const hostsTable = `CREATE TABLE IF NOT EXISTS ${rowSchema}.hosts (
    ledger_id text NOT NULL,
${names.map((name) => `    ${columnSql(name, columns[name], key.includes(name) ? ' NOT NULL' : '')}`).join(',\n')},
    ${revisionSql},
    ${arrivalSql},
    PRIMARY KEY (ledger_id, ${key.join(', ')})
)`;

const viewColumns = ['ledger_id', 'received_at', ...names];

/** A host all of whose deployments were discarded or deleted has a row without one. */
export const hostsView = {
  name: 'hosts',
  columns: viewColumns,
  sql: `CREATE OR REPLACE VIEW ${viewSchema}.hosts AS
SELECT ${viewColumns.join(', ')} FROM ${rowSchema}.hosts WHERE last_deployment_id IS NOT NULL`,
};

/** A newer revision wins. A ledger may have more hosts than one statement takes. */
export function hostsUpserts(
  states: readonly HostState[],
  { ledgerId, revision }: { ledgerId: string; revision: number },
): Statement[] {
  const types = ['text', ...Object.values(columns), 'bigint'];
  const changed = [...names.filter((name) => !key.includes(name)), 'revision'];
  return inParts(states, { width: types.length }).map((part) => ({
    text: `INSERT INTO ${rowSchema}.hosts AS t (ledger_id, ${names.join(', ')}, revision) VALUES ${tuples(types, part.length)}
ON CONFLICT (ledger_id, ${key.join(', ')}) DO UPDATE SET ${changed.map((name) => `${name} = excluded.${name}`).join(', ')},
    received_at = now() WHERE t.revision < excluded.revision`,
    values: part.flatMap((state) => [
      ledgerId,
      ...names.map((name) => storedValue(columns[name], state[name])),
      revision,
    ]),
  }));
}
