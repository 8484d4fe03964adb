import type { Database } from '../file/addon.ts';
import { newestMark } from '../read/newestMark.ts';
import { isFit } from './hosts.ts';

const dayMs = 86_400_000;

/**
 * The moment from which ages are counted back, Unix ms: now, or the newest mark if that is more than a day old. A clock
 * that is ahead by a year deletes nothing early then, and a host without deployments keeps what it has.
 */
export function countedFrom(database: Database, nowMs: number): number {
  const lastStart = database
    .prepare<unknown[], string>(
      `SELECT deployment_started_at FROM deployment_metrics WHERE (${isFit}) ORDER BY deployment_started_at DESC LIMIT 1`,
    )
    .pluck()
    .get();
  const newestMs = [newestMark(database), lastStart]
    .map((time) => Date.parse(String(time)))
    .filter((ms) => !Number.isNaN(ms));
  const lastMs = Math.max(...newestMs);
  return newestMs.length > 0 && lastMs < nowMs - dayMs ? lastMs : nowMs;
}
