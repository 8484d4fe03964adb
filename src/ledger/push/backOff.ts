import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';

const firstPauseMs = 5000;
const longestPauseMs = 300_000;

/**
 * Whether a mark may try this gateway now: not for a while after it failed. A pause longer than any failure causes
 * comes from a clock change.
 */
export function mayTry(database: Database, { url, nowMs }: { url: string; nowMs: number }): boolean {
  const retryAtMs =
    database
      .prepare<unknown[], Rows['gateways']['retry_at']>('SELECT retry_at FROM gateways WHERE url = ?')
      .pluck()
      .get(url) ?? 0;
  return retryAtMs <= nowMs || retryAtMs > nowMs + longestPauseMs;
}

/** Whether the last attempt failed. */
export function hasFailed(database: Database, url: string): boolean {
  return database.prepare('SELECT 1 FROM gateways WHERE url = ? AND failures > 0').get(url) !== undefined;
}

/**
 * A failure doubles the pause, from 5 s up to 5 min. Failures of parallel senders that began before the pause count as
 * one.
 */
export function noteFailure(
  database: Database,
  { url, nowMs, line }: { url: string; nowMs: number; line: string },
): void {
  if (!mayTry(database, { url, nowMs })) return;
  const failures =
    (database
      .prepare<unknown[], Rows['gateways']['failures']>('SELECT failures FROM gateways WHERE url = ?')
      .pluck()
      .get(url) ?? 0) + 1;
  const pauseMs = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
  database
    .prepare('INSERT OR REPLACE INTO gateways VALUES (?, ?, ?, ?)')
    .run(url, failures, nowMs + pauseMs, line);
}

export function noteReached(database: Database, url: string): void {
  database.prepare('DELETE FROM gateways WHERE url = ?').run(url);
}
