/** The advice to use another ledger, with the command for it. */
export function withLedgerCommand(hint: string): string {
  return hint.replace(
    /with --ledger( or DEPLOYTRACK_LEDGER)?/,
    'with --ledger or `export DEPLOYTRACK_LEDGER=<file>`',
  );
}
