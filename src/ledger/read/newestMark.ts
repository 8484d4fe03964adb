import type { Database } from '../file/addon.ts';

/** Rows are appended in the order of their marks: the newest time is in one of the last rows. */
const lastRows = 100;

/** The time of the newest mark, ISO 8601 in UTC; null before any. */
export function newestMark(database: Database): string | null {
  const last = (table: string, times: string) =>
    `SELECT max(${times}) AS at FROM (SELECT * FROM ${table} ORDER BY id DESC LIMIT ${lastRows})`;
  const found = database.prepare(
    `SELECT max(at) FROM (
       ${last('deployment_metrics', "max(deployment_started_at, coalesce(deployment_completed_at, ''))")}
       UNION ALL ${last('deployment_stages', "max(started_at, coalesce(ended_at, ''))")}
       UNION ALL ${last('health_verifications', 'ended_at')}
       UNION ALL ${last('rollbacks', 'at')})`,
  );
  return (found.pluck().get() as string | null | undefined) ?? null;
}
