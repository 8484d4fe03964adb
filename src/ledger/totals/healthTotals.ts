import type { AttemptRecord } from '../../marks.ts';
import type { Database } from '../file/addon.ts';
import { declaredLabel, Totals } from './totals.ts';

type Observable = Pick<AttemptRecord, 'healthy' | 'latencySeconds' | 'statusCode' | 'verdict'>;

/** A verification that has ended. */
export interface EndedVerification {
  readonly groupId: number;
  readonly checkType: string;
  readonly success: boolean;
  readonly attempts: readonly Observable[];
  readonly wallMs: number;
}

/** What a verification adds to the totals of its group: the latency of its attempts, and the latest result of its type. */
export function countAttempts(database: Database, ended: EndedVerification): void {
  const { groupId, wallMs } = ended;
  const totals = new Totals(database, groupId);
  for (const attempt of observed(ended)) {
    const labels = [attempt.healthy ? 'healthy' : 'unhealthy'];
    totals.observe('api_health_check_latency_ms', { value: latencyMs(attempt), labels });
  }
  const checkType = declaredLabel(database, { groupId, kind: 'check_type', value: ended.checkType, wallMs });
  database
    .prepare('INSERT OR REPLACE INTO last_checks VALUES (?, ?, ?)')
    .run(groupId, checkType, ended.success ? 1 : 0);
}

/** Start-up attempts of a verification that succeeds are rows but not observations (docs/metrics.md, Health checks). */
function observed({ success, attempts }: EndedVerification): readonly Observable[] {
  if (!success) return attempts;
  const first = attempts.findIndex((attempt) => attempt.healthy);
  return first === -1 ? [] : attempts.slice(first);
}

/** Exactly 5000 if there was no response, as the user's first collector counted it. */
function latencyMs({ healthy, latencySeconds, statusCode, verdict }: Observable): number {
  // A check by command that fails has responded.
  const answered = healthy || statusCode !== null || verdict === 'command_failed';
  return answered ? latencySeconds * 1000 : 5000;
}
