import type { Database } from '../file/addon.ts';
import { cacheStatements } from '../file/cacheStatements.ts';
import { deploymentTables, headTables } from '../file/storeTables.ts';
import { transaction } from '../file/transaction.ts';
import { valueIn } from './slice.ts';
import { withHost, withLedger } from './slicedIds.ts';
import { inOrder, ownColumns, rowKey, type SlicedRows } from './slicedRows.ts';
import { withoutUniqueKeys } from './withoutUniqueKeys.ts';

/** A deployment of another ledger; `token` changes with each of its changes. */
export interface SlicedDeployment {
  readonly ledgerId: string;
  readonly deploymentId: string;
  readonly token: string;
}

type Row = SlicedRows['rows'][number];

const ownTables = `
CREATE TABLE sliced (
    ledger_id TEXT NOT NULL,
    deployment_id TEXT NOT NULL,
    own_id TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL,
    PRIMARY KEY (ledger_id, deployment_id)
) WITHOUT ROWID;
CREATE INDEX sliced_by_id ON sliced(deployment_id);
`;

const head = headTables.deployment;

/**
 * A ledger with deployments of other ledgers, which are replaced when they change. If two hosts have deployments with
 * the same ID, as those of a CI, the IDs get the suffix `@host`.
 */
export class SliceFile {
  readonly #database: Database;
  readonly #columns: ReadonlyMap<string, readonly string[]>;

  /** `database`: a new ledger, on a connection of its own. */
  constructor(database: Database) {
    // It is read from the store again after a crash.
    database.pragma('synchronous = OFF');
    withoutUniqueKeys(database);
    database.exec(ownTables);
    cacheStatements(database);
    this.#database = database;
    this.#columns = new Map(deploymentTables.map((table) => [table, ownColumns(database, table)]));
  }

  /** The token of each deployment, by `sliceKey`. */
  known(): Map<string, string> {
    const all = this.#database.prepare<[], SlicedDeployment>(
      'SELECT ledger_id AS ledgerId, deployment_id AS deploymentId, token FROM sliced',
    );
    return new Map(all.all().map((one) => [sliceKey(one), one.token]));
  }

  tokenOf({ ledgerId, deploymentId }: Omit<SlicedDeployment, 'token'>): string | null {
    const found = this.#database
      .prepare<[string, string], string>('SELECT token FROM sliced WHERE ledger_id = ? AND deployment_id = ?')
      .pluck()
      .get(ledgerId, deploymentId);
    return found ?? null;
  }

  /** Adds deployments with all their rows, or replaces them. What has no row in the store any more is removed. */
  put(deployments: readonly SlicedDeployment[], rows: readonly SlicedRows[]): void {
    const byTable = new Map(rows.map(({ table, rows: all }) => [table, byDeployment(all)]));
    const started = (one: SlicedDeployment) => {
      const at = byTable.get(head)?.get(sliceKey(one))?.[0]?.deployment_started_at;
      return at instanceof Date ? at.getTime() : 0;
    };
    transaction(this.#database, { mode: 'write' }, () => {
      for (const one of [...deployments].sort((first, second) => started(first) - started(second)))
        this.#replace(one, (table) => byTable.get(table)?.get(sliceKey(one)) ?? []);
    });
  }

  /** Removes deployments with all their rows. */
  drop(deployments: readonly Omit<SlicedDeployment, 'token'>[]): void {
    transaction(this.#database, { mode: 'write' }, () => {
      for (const one of deployments) this.#remove(one);
    });
  }

  close(): void {
    this.#database.close();
  }

  #replace(one: SlicedDeployment, rowsOf: (table: string) => readonly Row[]): void {
    const [first] = rowsOf(head);
    if (first === undefined) {
      this.#remove(one);
      return;
    }
    const ownId = this.#ownIdOf(one) ?? this.#freeId(one, first);
    const kept = this.#database.prepare<[string], number>(`SELECT id FROM ${head} WHERE deployment_id = ?`);
    const id = kept.pluck().get(ownId) ?? null;
    // A status that is final cannot be changed in place.
    if (id !== null) this.#removeRows(ownId);
    for (const table of deploymentTables)
      for (const row of inOrder(rowsOf(table))) this.#insert(table, row, { ownId, id, one });
    this.#database
      .prepare('INSERT OR REPLACE INTO sliced (ledger_id, deployment_id, own_id, token) VALUES (?, ?, ?, ?)')
      .run(one.ledgerId, one.deploymentId, ownId, one.token);
    this.#database
      .prepare(
        // Totals are pushed by the hosts: these groups have none, and /metrics does not show them.
        `INSERT OR IGNORE INTO groups (instance, deployment, environment, aged_out)
         SELECT instance, deployment, environment, 1 FROM ${head}
         WHERE deployment_id = ? AND instance IS NOT NULL AND deployment IS NOT NULL AND environment IS NOT NULL`,
      )
      .run(ownId);
  }

  #insert(
    table: string,
    row: Row,
    { ownId, id, one }: { ownId: string; id: number | null; one: SlicedDeployment },
  ): void {
    const columns = this.#columns.get(table) ?? [];
    const isKept = table === head && id !== null;
    const names = [...(isKept ? ['id'] : []), ...columns];
    const values = columns.map((name) => {
      if (name === 'deployment_id') return ownId;
      if (name === 'rollback_of' || name === 'by_deployment_id') return this.#meant(one, row[name]);
      return valueIn(row[name]);
    });
    this.#database
      .prepare(
        `INSERT OR IGNORE INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      )
      .run([...(isKept ? [id] : []), ...values]);
  }

  /** Another deployment of the same ledger. */
  #meant({ ledgerId }: SlicedDeployment, id: unknown): string | null {
    if (typeof id !== 'string') return null;
    return this.#ownIdOf({ ledgerId, deploymentId: id }) ?? id;
  }

  #ownIdOf({ ledgerId, deploymentId }: Omit<SlicedDeployment, 'token'>): string | null {
    const found = this.#database
      .prepare<[string, string], string>(
        'SELECT own_id FROM sliced WHERE ledger_id = ? AND deployment_id = ?',
      )
      .pluck()
      .get(ledgerId, deploymentId);
    return found ?? null;
  }

  #freeId({ ledgerId, deploymentId }: SlicedDeployment, row: Row): string {
    const isTaken = (id: string) =>
      this.#database.prepare('SELECT 1 FROM sliced WHERE own_id = ?').get(id) !== undefined;
    const others = this.#database.prepare('SELECT 1 FROM sliced WHERE deployment_id = ?').get(deploymentId);
    if (others === undefined && !isTaken(deploymentId)) return deploymentId;
    this.#giveHost(deploymentId);
    const named = withHost({ ...row, deployment_id: deploymentId, ledger_id: ledgerId });
    return isTaken(named) ? withLedger({ ...row, deployment_id: deploymentId, ledger_id: ledgerId }) : named;
  }

  /** The deployment that had the ID alone until now. */
  #giveHost(id: string): void {
    const instance = this.#database
      .prepare<[string], string | null>(
        `SELECT ifnull(instance, hostname) FROM ${head} WHERE deployment_id = ?`,
      )
      .pluck()
      .get(id);
    if (instance === undefined || instance === null) return;
    const named = `${id}@${instance}`;
    for (const table of deploymentTables)
      this.#database.prepare(`UPDATE ${table} SET deployment_id = ? WHERE deployment_id = ?`).run(named, id);
    this.#database.prepare('UPDATE sliced SET own_id = ? WHERE own_id = ?').run(named, id);
  }

  #remove(one: Omit<SlicedDeployment, 'token'>): void {
    const ownId = this.#ownIdOf(one);
    if (ownId === null) return;
    this.#removeRows(ownId);
    this.#database.prepare('DELETE FROM sliced WHERE own_id = ?').run(ownId);
  }

  #removeRows(ownId: string): void {
    for (const table of [...deploymentTables].reverse())
      this.#database.prepare(`DELETE FROM ${table} WHERE deployment_id = ?`).run(ownId);
  }
}

export function sliceKey({ ledgerId, deploymentId }: Omit<SlicedDeployment, 'token'>): string {
  return rowKey({ ledger_id: ledgerId, deployment_id: deploymentId });
}

function byDeployment(rows: readonly Row[]): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = rowKey(row);
    const known = found.get(key);
    if (known === undefined) found.set(key, [row]);
    else known.push(row);
  }
  return found;
}
