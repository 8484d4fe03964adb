import { copyFileSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { Program } from '../support/program.ts';

/** Copies a ledger that is not being written; returns the path of the copy. */
export function copyLedger(host: Program): string {
  change(host, 'PRAGMA wal_checkpoint(TRUNCATE)');
  const copy = `${host.ledger}.copy`;
  copyFileSync(host.ledger, copy);
  return copy;
}

/** Replaces the ledger by an older copy, like restoring a backup. */
export function restoreLedger(host: Program, copy: string): void {
  for (const end of ['-wal', '-shm']) rmSync(host.ledger + end, { force: true });
  copyFileSync(copy, host.ledger);
}

/** Makes the last failure look long past, so that the next mark tries the gateway again. */
export function letPausePass(host: Program): void {
  change(host, 'UPDATE gateways SET retry_at = 0');
}

/**
 * Extends the pause after a failure by a minute, so that results do not depend on how busy this machine is.
 */
export function stretchPause(host: Program): void {
  change(host, 'UPDATE gateways SET retry_at = retry_at + 60000');
}

/** Makes a sender hold the lease of every group until then (Unix ms). */
export function holdLease(host: Program, { holder, until }: { holder: string; until: number }): void {
  const quoted = `'${holder.replaceAll("'", "''")}'`;
  change(host, `UPDATE groups SET lease_holder = ${quoted}, lease_until = ${until}`);
}

/** The groups of a deployment seem to have changed since they were pushed. */
export function addNews(host: Program, deployment: string): void {
  change(host, `UPDATE groups SET seq = seq + 1 WHERE deployment = '${deployment}'`);
}

function change(host: Program, sql: string): void {
  const database = new Database(host.ledger, { timeout: 5000 });
  database.exec(sql);
  database.close();
}
