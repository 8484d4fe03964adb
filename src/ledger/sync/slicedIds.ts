import type { Database } from '../file/addon.ts';
import { rowKey } from './slicedRows.ts';

type Row = Readonly<Record<string, unknown>>;

/** The ID of a deployment with its host behind it. */
export function withHost({ deployment_id: id, instance, hostname, ledger_id: ledger }: Row): string {
  return `${id}@${instance ?? hostname ?? ledger}`;
}

/** And with its ledger, for a host that has several. */
export function withLedger(row: Row): string {
  return `${withHost(row)}-${String(row.ledger_id).slice(0, ledgerLength)}`;
}

/** How much of the ID of a ledger is shown. */
export const ledgerLength = 8;

/**
 * The IDs of the deployments of several ledgers: their own; with the host behind it if several have it, or if one is
 * `named` so; and with the ledger if the host has that ID in several ledgers, as one that was made anew.
 */
export function idsIn(rows: readonly Row[], named: readonly string[] = []): (row: Row) => string {
  const all = new Map(rows.map((row) => [rowKey(row), row]));
  const count = new Map<unknown, number>();
  for (const row of all.values())
    for (const id of [row.deployment_id, withHost(row)]) count.set(id, (count.get(id) ?? 0) + 1);
  return (row) => {
    const hostId = withHost(row);
    if ((count.get(hostId) ?? 0) > 1 || named.includes(withLedger(row))) return withLedger(row);
    const isShared = (count.get(row.deployment_id) ?? 0) > 1;
    return isShared || named.includes(hostId) ? hostId : String(row.deployment_id);
  };
}

/**
 * The ID that a deployment has in a slice: as asked, with its host or its ledger behind it (of several the one that
 * began last), or without the host. Null if there is none.
 */
export function idInSlice(database: Database, asked: string): string | null {
  const find = (condition: string, ...values: readonly string[]) =>
    database
      .prepare<unknown[], string>(
        `SELECT deployment_id FROM deployment_metrics WHERE ${condition} ORDER BY deployment_started_at DESC, id DESC LIMIT 1`,
      )
      .pluck()
      .get(...values) ?? null;
  const [, plain, host] = /^(.*)@([^@]*)$/s.exec(asked) ?? [];
  return (
    find('deployment_id = ?', asked) ??
    find("deployment_id >= ? || '@' AND deployment_id < ? || 'A'", asked, asked) ??
    (host === undefined
      ? null
      : find("deployment_id >= ? || '-' AND deployment_id < ? || '.'", asked, asked)) ??
    (plain === undefined || host === undefined
      ? null
      : find('deployment_id = ? AND ifnull(instance, hostname) = ?', plain, host))
  );
}
