import type { Database } from '../file/addon.ts';

/** The start of the oldest deployment, ISO 8601 in UTC; null if there is none. */
export function oldestStart(db: Database): string | null {
  return (
    db
      .prepare<[], string | null>('SELECT min(deployment_started_at) FROM deployment_metrics')
      .pluck()
      .get() ?? null
  );
}
