import type { Database } from '../file/addon.ts';
import { finishedCondition, type LimitedFilter } from '../read/filter.ts';
import { restoredRows } from '../read/restoredRows.ts';
import { type Summary, summary } from '../read/summary.ts';

/** How fast service was restored after deployments that failed or were rolled back. */
export interface Restores {
  /** Deployments that failed or were rolled back. */
  readonly bad: number;
  /** Seconds, for those that were restored. */
  readonly restoreSeconds: Summary;
}

export function readRestores(db: Database, filter: LimitedFilter): Restores {
  const rows = restoredRows(db, finishedCondition(filter));
  return { bad: rows.length, restoreSeconds: summary(rows.map(({ seconds }) => seconds)) };
}

export const noRestores: Restores = { bad: 0, restoreSeconds: summary([]) };
