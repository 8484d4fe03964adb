import { copyFileSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Program } from '../support/program.ts';

/** Copies a ledger that nobody writes to just now; gives the copy's path. */
export function copyLedger(host: Program): string {
  change(host, 'PRAGMA wal_checkpoint(TRUNCATE)');
  const copy = `${host.ledger}.copy`;
  copyFileSync(host.ledger, copy);
  return copy;
}

/** Puts an older copy in the ledger's place, as a backup is put back. */
export function restoreLedger(host: Program, copy: string): void {
  for (const end of ['-wal', '-shm']) rmSync(host.ledger + end, { force: true });
  copyFileSync(copy, host.ledger);
}

/** As if the last failure were long ago: the next mark tries the gateway again. */
export function letPausePass(host: Program): void {
  change(host, 'UPDATE gateways SET retry_at = 0');
}

/** The pause after a failure lasts a minute longer: what happens in it must not depend on how busy this machine is. */
export function stretchPause(host: Program): void {
  change(host, 'UPDATE gateways SET retry_at = retry_at + 60000');
}

/** As if a sender had taken the right to send every group, until then (Unix ms). */
export function holdLease(host: Program, { holder, until }: { holder: string; until: number }): void {
  const quoted = `'${holder.replaceAll("'", "''")}'`;
  change(host, `UPDATE groups SET lease_holder = ${quoted}, lease_until = ${until}`);
}

function change(host: Program, sql: string): void {
  const database = new Database(host.ledger, { timeout: 5000 });
  database.exec(sql);
  database.close();
}
