import type { Database } from '../file/addon.ts';
import type { Site } from '../read/endedSites.ts';
import type { Selected } from '../rows.ts';
import { endedAndCounts, hasEndedWell } from '../statuses.ts';

/** How a deployment ended; ISO 8601. */
export interface Outcome {
  readonly endedAt: string;
  readonly succeeded: boolean;
}

/** Rows after `to` are of a clock that was wrong. Both ends are part of it. */
export interface OutcomePeriod {
  readonly site: Site;
  readonly from: string;
  readonly to: string;
}

/** The deployments of a site that ended in a period, in the order in which they ended. */
export function outcomesIn(database: Database, { site, ...period }: OutcomePeriod): Outcome[] {
  return database
    .prepare<unknown[], { endedAt: string; succeeded: number }>(
      `SELECT deployment_completed_at AS endedAt, ${hasEndedWell} AS succeeded FROM deployment_metrics
       WHERE ${endedAndCounts} AND deployment = @deployment AND environment = @environment
         AND deployment_completed_at BETWEEN @from AND @to
       ORDER BY deployment_completed_at, id`,
    )
    .all({ ...site, ...period })
    .map(({ endedAt, succeeded }) => ({ endedAt, succeeded: succeeded === 1 }));
}

export interface LastMigration
  extends Selected<'migrations', { status: 'status'; finishedAt: 'finished_at' }> {
  readonly version: string;
}

/** The last migration of a site in a period, of those whose failure fails a deployment; null if there was none. */
export function lastMigration(database: Database, { site, ...period }: OutcomePeriod): LastMigration | null {
  const found = database
    .prepare<unknown[], LastMigration>(
      `SELECT m.status, m.finished_at AS finishedAt, d.version FROM migrations m
       JOIN deployment_metrics d ON d.deployment_id = m.deployment_id
       LEFT JOIN deployment_stages s ON s.run_id = m.run_id
       WHERE d.deployment = @deployment AND d.environment = @environment AND d.discarded = 0 AND d.fragment = 0
         AND m.finished_at BETWEEN @from AND @to AND coalesce(s.judged, 'yes') = 'yes'
       ORDER BY m.finished_at DESC, m.id DESC LIMIT 1`,
    )
    .get({ ...site, ...period });
  return found ?? null;
}
