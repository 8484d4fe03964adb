import type { Summary } from '../../ledger/read/summary.ts';
import { hasFailed, hasNotFailed, hasWarned } from '../../ledger/statuses.ts';
import { phaseColumns } from '../../model.ts';
import type { StoreCondition } from '../condition.ts';
import { viewSchema } from '../tables.ts';
import { type Query, seconds, sumOfSeconds } from './query.ts';

/** What is measured of each deployment, in seconds. */
const measures = {
  totalSeconds: 'd.total_duration',
  downtimeSeconds: `COALESCE(d.downtime_duration, d.${phaseColumns.cutover})`,
  // A text, as in the ledger; a value that is none counts as missing.
  timeToHealthySeconds: `CAST(CASE WHEN d.time_to_healthy ~ '^[0-9]+([.][0-9]+)?$' THEN d.time_to_healthy END AS double precision)`,
  healthCheckSeconds: `d.${phaseColumns.health_check}`,
  timeToDeploySeconds: 'd.time_to_deploy',
} as const;

type Measure = keyof typeof measures;

export interface StoreTotals extends Readonly<Record<Measure, Summary>> {
  readonly total: number;
  readonly warning: number;
  readonly failed: number;
  readonly downtimeTogetherSeconds: number | null;
}

/** Counts of finished deployments, and durations of successful ones. Quantiles are by nearest rank, as in the ledger. */
export async function readTotals(query: Query, { sql, values }: StoreCondition): Promise<StoreTotals> {
  const good = `FILTER (WHERE d.${hasNotFailed})`;
  const columns = Object.entries(measures).flatMap(([name, measure]) => [
    `count(${measure}) ${good} AS "${name}Count"`,
    `avg(${measure}) ${good} AS "${name}Mean"`,
    `min(${measure}) ${good} AS "${name}Min"`,
    `max(${measure}) ${good} AS "${name}Max"`,
    `percentile_disc(0.5) WITHIN GROUP (ORDER BY ${measure}) ${good} AS "${name}Median"`,
    `percentile_disc(0.95) WITHIN GROUP (ORDER BY ${measure}) ${good} AS "${name}P95"`,
  ]);
  const [row = {}] = await query(
    `SELECT count(*) AS total, count(*) FILTER (WHERE d.${hasFailed}) AS failed,
       count(*) FILTER (WHERE d.${hasWarned}) AS warning, ${sumOfSeconds(measures.downtimeSeconds)} AS together,
       ${columns.join(',\n       ')}
     FROM ${viewSchema}.deployment_metrics d WHERE ${sql}`,
    values,
  );
  const summaries = Object.keys(measures).map((name) => [name, summaryOf(row, name)] as const);
  return {
    total: Number(row.total),
    warning: Number(row.warning),
    failed: Number(row.failed),
    downtimeTogetherSeconds: seconds(row.together),
    ...(Object.fromEntries(summaries) as Record<Measure, Summary>),
  };
}

function summaryOf(row: Readonly<Record<string, unknown>>, name: string): Summary {
  return {
    count: Number(row[`${name}Count`]),
    mean: seconds(row[`${name}Mean`]),
    min: seconds(row[`${name}Min`]),
    max: seconds(row[`${name}Max`]),
    median: seconds(row[`${name}Median`]),
    p95: seconds(row[`${name}P95`]),
  };
}
