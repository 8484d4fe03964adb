import Database from 'better-sqlite3';

/** Makes the last failure look long past, so that the next mark tries the gateway again. */
export function forgetBackOff(ledger: string): void {
  const database = new Database(ledger, { timeout: 5000 });
  database.exec('DELETE FROM gateways');
  database.close();
}
