import type { AutomaticRollback } from '../../marks.ts';
import type { Instant } from '../../model.ts';
import type { Attempt } from '../../probe/attempt.ts';
import { measureOutages } from '../../probe/downtime.ts';

/** What of an attempt tells whether there was service. */
export type SeenAttempt = Pick<Attempt, 'startedAt' | 'endedAt' | 'healthy' | 'statusCode'>;

/** For downtime any version is service, as it is for the prober of a cutover. */
function isServed({ healthy, statusCode }: SeenAttempt): boolean {
  return healthy || (statusCode !== null && statusCode >= 200 && statusCode < 300);
}

/** From the last success before the first failed probe to the first success after the last one: at most one. */
export function seenOutages(attempts: readonly SeenAttempt[], since: Instant): AutomaticRollback['outages'] {
  return measureOutages({
    attempts: attempts.map((one) => ({ ...one, healthy: isServed(one) })),
    commandStartedAt: since,
    hasPreviousVersion: true,
  });
}
