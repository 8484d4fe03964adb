import type { AttemptRecord } from '../../marks.ts';
import type { Attempt } from '../attempt.ts';

/** An attempt as the ledger stores it. */
export function attemptRecord(attempt: Attempt): AttemptRecord {
  const { startedAt, endedAt, latencySeconds, healthy, verdict, words, statusCode, version } = attempt;
  return { at: startedAt, endedAt, latencySeconds, healthy, verdict, words, statusCode, version };
}
