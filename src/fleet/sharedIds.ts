type Row = Readonly<Record<string, unknown>>;

/** The ID of a row's deployment; those that several ledgers have get the host behind them, as in `sliceOf`. */
export function sharedIds(rows: readonly Row[]): (row: Row) => string {
  const ledgers = new Map<unknown, Set<unknown>>();
  for (const { deployment_id: id, ledger_id: ledger } of rows)
    ledgers.set(id, (ledgers.get(id) ?? new Set()).add(ledger));
  return ({ deployment_id: id, instance, ledger_id: ledger }) =>
    (ledgers.get(id)?.size ?? 0) > 1 ? `${id}@${instance ?? ledger}` : String(id);
}
