import type { Database } from '../file/addon.ts';
import type { Site } from '../read/endedSites.ts';
import type { Selected } from '../rows.ts';
import { endedAndCounts, hasEndedWell } from '../statuses.ts';

/** How a deployment ended; ISO 8601. */
export interface Outcome {
  readonly endedAt: string;
  readonly succeeded: boolean;
}

/** The deployments of a site that ended at or after a time, in the order in which they ended. */
export function outcomesSince(database: Database, { site, from }: { site: Site; from: string }): Outcome[] {
  return database
    .prepare<unknown[], { endedAt: string; succeeded: number }>(
      `SELECT deployment_completed_at AS endedAt, ${hasEndedWell} AS succeeded FROM deployment_metrics
       WHERE ${endedAndCounts} AND deployment = @deployment AND environment = @environment AND deployment_completed_at >= @from
       ORDER BY deployment_completed_at, id`,
    )
    .all({ ...site, from })
    .map(({ endedAt, succeeded }) => ({ endedAt, succeeded: succeeded === 1 }));
}

export interface LastMigration
  extends Selected<'migrations', { status: 'status'; finishedAt: 'finished_at' }> {
  readonly version: string;
}

/** The last migration of a site since a time, of those whose failure fails a deployment; null if there was none. */
export function lastMigration(
  database: Database,
  { site, from }: { site: Site; from: string },
): LastMigration | null {
  const found = database
    .prepare<unknown[], LastMigration>(
      `SELECT m.status, m.finished_at AS finishedAt, d.version FROM migrations m
       JOIN deployment_metrics d ON d.deployment_id = m.deployment_id
       LEFT JOIN deployment_stages s ON s.run_id = m.run_id
       WHERE d.deployment = @deployment AND d.environment = @environment AND d.discarded = 0 AND d.fragment = 0
         AND m.finished_at >= @from AND coalesce(s.judged, 'yes') = 'yes'
       ORDER BY m.finished_at DESC, m.id DESC LIMIT 1`,
    )
    .get({ ...site, from });
  return found ?? null;
}
