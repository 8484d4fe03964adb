import { isBad, type Place, samePlace } from '../collected/facts.ts';
import type { Database } from '../file/addon.ts';
import { hasEndedWell } from '../statuses.ts';

/**
 * The newest version that is known to be good here and is not the given one: a deployment of it succeeded, and since
 * then it was neither rolled back nor marked bad. Null if there is none.
 */
export function knownGoodVersion(database: Database, place: Place): string | null {
  const found = database.prepare<unknown[], string>(
    `SELECT m.version FROM deployment_metrics m
     WHERE m.deployment = @deployment AND m.environment = @environment AND m.instance = @instance AND m.${hasEndedWell}
       AND m.discarded = 0 AND m.fragment = 0 AND m.version <> @version AND m.version <> 'unknown'
       AND NOT EXISTS (SELECT 1 FROM deployment_metrics x WHERE x.version = m.version AND ${samePlace('x', 'm')}
         AND x.deployment_started_at >= m.deployment_started_at
         AND (${isBad('x')} OR EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = x.deployment_id)))
     ORDER BY m.deployment_completed_at DESC, m.id DESC LIMIT 1`,
  );
  return found.pluck().get({ ...place }) ?? null;
}
