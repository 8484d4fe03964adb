import { type Condition, type DeploymentFilter, finishedCondition } from '../read/filter.ts';
import type { Range } from './units.ts';

/** The finished deployments of a filter that began in a range, which replaces the times of the filter. */
export function rangeCondition(filter: DeploymentFilter, { from, until }: Range): Condition {
  const { sql, values } = finishedCondition({ ...filter, sinceMs: undefined, untilMs: undefined });
  return {
    sql: `${sql} AND d.deployment_started_at >= @rangeFrom AND d.deployment_started_at < @rangeUntil`,
    values: { ...values, rangeFrom: from, rangeUntil: until },
  };
}
