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
