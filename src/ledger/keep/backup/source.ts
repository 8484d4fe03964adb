import type { Database } from '../../file/addon.ts';

/** What a copy must have in common with its ledger, or may be ahead in. */
export interface Contents {
  readonly applicationId: number;
  readonly schema: number;
  readonly ledgerId: string | null;
  readonly deployments: number;
  /** Of all rows of deployments that ever were: it never becomes smaller. */
  readonly lastRow: number;
}

/** For a ledger of any schema. Throws the errors of SQLite. */
export function contentsOf(database: Database): Contents {
  const one = (sql: string) => database.prepare(sql).pluck().get();
  return {
    applicationId: database.pragma('application_id', { simple: true }) as number,
    schema: database.pragma('user_version', { simple: true }) as number,
    ledgerId: (one('SELECT ledger_id FROM main.ledger') as string | undefined) ?? null,
    deployments: one('SELECT count(*) FROM main.deployment_metrics') as number,
    lastRow: Number(one("SELECT seq FROM sqlite_sequence WHERE name = 'deployment_metrics'") ?? 0),
  };
}

/** Rows are appended in the order of their marks: the newest time is in one of the last rows. */
const lastRows = 100;

/** The time of the newest mark, ISO 8601 in UTC; null before any. */
export function newestMark(database: Database): string | null {
  const last = (table: string, times: string) =>
    `SELECT max(${times}) AS at FROM (SELECT * FROM main.${table} ORDER BY id DESC LIMIT ${lastRows})`;
  const found = database.prepare(
    `SELECT max(at) FROM (
       ${last('deployment_metrics', "max(deployment_started_at, coalesce(deployment_completed_at, ''))")}
       UNION ALL ${last('deployment_stages', "max(started_at, coalesce(ended_at, ''))")}
       UNION ALL ${last('health_verifications', 'ended_at')}
       UNION ALL ${last('rollbacks', 'at')})`,
  );
  return (found.pluck().get() as string | null | undefined) ?? null;
}
