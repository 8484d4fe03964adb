import { phaseColumns } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { type Condition, finishedCondition, type LimitedFilter } from './filter.ts';

/** The downtime of all finished deployments that match, in seconds: measured, otherwise the cutover. Null if neither was recorded. */
export function readDowntimeTogether(db: Database, filter: LimitedFilter): number | null {
  const { sql, values } = finishedCondition(filter);
  const sum = db.prepare<[Condition['values']], number | null>(
    `SELECT SUM(COALESCE(d.downtime_duration, d.${phaseColumns.cutover})) FROM deployment_metrics d WHERE ${sql}`,
  );
  return sum.pluck().get(values) ?? null;
}
