import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';
import { longestPauseMs, mayTry } from './deliveries.ts';

const firstPauseMs = 5000;

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

/** A 400: suspended until the URL or our version changes, or `push` runs. True if this was not known yet. */
export function noteRefused(
  database: Database,
  { groupId, url, version, line }: { groupId: number; url: string; version: string; line: string },
): boolean {
  return (
    database
      .prepare(
        'UPDATE groups SET refused_url = ?, refused_version = ?, refused_line = ? WHERE id = ? AND (refused_url IS NOT ? OR refused_version IS NOT ?)',
      )
      .run(url, version, line, groupId, url, version).changes === 1
  );
}

/** Why the last attempt failed; null if it did not. */
export function lastErrorOf(database: Database, url: string): string | null {
  return (
    database
      .prepare<unknown[], Rows['gateways']['last_error']>('SELECT last_error FROM gateways WHERE url = ?')
      .pluck()
      .get(url) ?? null
  );
}
