import { phaseColumns } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { coveredSeconds } from '../marks/intervals.ts';
import type { Site } from '../read/endedSites.ts';
import { type Condition, groupBy } from '../read/filter.ts';
import { restoredRows } from '../read/restoredRows.ts';
import type { SitesTallies, SiteTallies } from './siteTallies.ts';
import type { Kind } from './tallies.ts';

interface Row extends Site {
  readonly row: number;
  readonly host: string;
  readonly startedAt: string;
  readonly status: string;
  readonly rolledBack: number;
  readonly totalSeconds: number | null;
  readonly downtimeSeconds: number | null;
  readonly timeToHealthySeconds: number | null;
  readonly timeToDeploySeconds: number | null;
  readonly phases: readonly (number | null)[];
}

interface Run {
  readonly row: number;
  readonly stage: string;
  readonly hasFailed: number;
  /** Since the start of the deployment; null if it is not known. */
  readonly startedSeconds: number | null;
  readonly seconds: number | null;
}

/** Adds the finished deployments that match, computed from rows, to their tallies of these kinds. */
export function addRows(
  db: Database,
  { finished, kinds, to }: { finished: Condition; kinds: readonly Kind[]; to: SitesTallies },
): void {
  const ofRow = new Map<number, { row: Row; site: SiteTallies }>();
  let hasBad = false;
  for (const row of rowsOf(db, finished)) {
    const site = to.of(row);
    ofRow.set(row.row, { row, site });
    hasBad ||= row.status === 'failed' || row.rolledBack === 1;
    if (kinds.includes('totals')) countTotals(site.totals, row);
    if (kinds.includes('hosts')) countHost(site.hosts, row);
    if (kinds.includes('phases')) countColumns(site.phases, row);
  }
  if (hasBad && kinds.includes('totals'))
    for (const { row, seconds } of restoredRows(db, finished)) {
      const totals = ofRow.get(row)?.site.totals;
      if (totals === undefined) continue;
      totals.bad += 1;
      if (seconds !== null) totals.restoreSeconds.add(seconds);
    }
  if (ofRow.size > 0 && kinds.includes('phases')) countRuns(runsOf(db, finished), ofRow);
}

const named = Object.entries(phaseColumns);
const healthAt = named.findIndex(([stage]) => stage === 'health_check');

function rowsOf(db: Database, { sql, values }: Condition): Row[] {
  const columns = named.map(([, column]) => `d.${column}`).join(', ');
  return db
    .prepare<[Condition['values']], (string | number | null)[]>(
      `SELECT d.id, COALESCE(d.deployment, ''), COALESCE(d.environment, ''), COALESCE(d.hostname, d.instance, ''),
              d.deployment_started_at, d.deployment_status,
              EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = d.deployment_id AND r.success = 1),
              d.total_duration, COALESCE(d.downtime_duration, d.${phaseColumns.cutover}),
              CAST(d.time_to_healthy AS REAL), d.time_to_deploy, ${columns}
       FROM deployment_metrics d WHERE ${sql} ORDER BY d.deployment_started_at, d.id`,
    )
    .raw()
    .all(values)
    .map(asRow);
}

function asRow(columns: (string | number | null)[]): Row {
  const [row, deployment, environment, host, startedAt, status, rolledBack, ...seconds] = columns;
  const [totalSeconds, downtimeSeconds, timeToHealthySeconds, timeToDeploySeconds, ...phases] = seconds;
  return {
    ...{ row, deployment, environment, host, startedAt, status, rolledBack },
    ...{ totalSeconds, downtimeSeconds, timeToHealthySeconds, timeToDeploySeconds, phases },
  } as Row;
}

function countTotals(totals: SiteTallies['totals'], row: Row): void {
  totals.total += 1;
  totals.downtimeTogether.add(row.downtimeSeconds);
  if (row.status === 'failed') {
    totals.failed += 1;
    return;
  }
  if (row.status === 'warning') totals.warning += 1;
  if (row.totalSeconds !== null) totals.totalSeconds.add(row.totalSeconds);
  if (row.downtimeSeconds !== null) totals.downtimeSeconds.add(row.downtimeSeconds);
  if (row.timeToHealthySeconds !== null) totals.timeToHealthySeconds.add(row.timeToHealthySeconds);
  if (row.timeToDeploySeconds !== null) totals.timeToDeploySeconds.add(row.timeToDeploySeconds);
  const healthCheckSeconds = row.phases[healthAt] ?? null;
  if (healthCheckSeconds !== null) totals.healthCheckSeconds.add(healthCheckSeconds);
}

function countHost(hosts: SiteTallies['hosts'], row: Row): void {
  const host = hosts.of(row.host);
  host.deployments += 1;
  host.rolledBack += row.rolledBack;
  host.downtime.add(row.downtimeSeconds);
  host.last(row.startedAt, row.row);
  if (row.status === 'failed') host.failed += 1;
  else if (row.totalSeconds !== null) host.durations.add(row.totalSeconds);
}

/** Phases with a column are read from it: imported history has only that. */
function countColumns(phases: SiteTallies['phases'], row: Row): void {
  if (row.status === 'failed') return;
  for (const [index, [stage]] of named.entries()) {
    const seconds = row.phases[index] ?? null;
    if (seconds === null) continue;
    const phase = phases.of(stage);
    phase.durations.add(seconds);
    if (row.totalSeconds === null) continue;
    phase.deployments += 1;
    phase.seconds += seconds;
  }
}

/** Failed runs, and those of phases without a column. */
function runsOf(db: Database, { sql, values }: Condition): Run[] {
  return db
    .prepare<[Condition['values']], Run>(
      `SELECT d.id AS row, s.stage, s.status = 'failed' AND s.judged <> 'no' AS hasFailed, s.duration_seconds AS seconds,
              (julianday(s.started_at) - julianday(d.deployment_started_at)) * 86400 AS startedSeconds
       FROM deployment_metrics d CROSS JOIN deployment_stages s ON s.deployment_id = d.deployment_id
       WHERE s.of_rollback = 0 AND s.late = 0 AND (s.stage NOT IN (${named.map(([stage]) => `'${stage}'`).join(', ')})
         OR s.status = 'failed') AND ${sql} ORDER BY d.deployment_started_at, d.id, s.id`,
    )
    .all(values);
}

function countRuns(runs: readonly Run[], ofRow: ReadonlyMap<number, { row: Row; site: SiteTallies }>): void {
  for (const [row, ofDeployment] of groupBy(runs, (run) => run.row)) {
    const found = ofRow.get(row);
    if (found === undefined) continue;
    for (const [stage, own] of groupBy(ofDeployment, (run) => run.stage))
      countRunsOf(found.site.phases.of(stage), { row: found.row, own, isColumn: stage in phaseColumns });
  }
}

function countRunsOf(
  phase: ReturnType<SiteTallies['phases']['of']>,
  { row, own, isColumn }: { row: Row; own: readonly Run[]; isColumn: boolean },
): void {
  if (own.some(({ hasFailed }) => hasFailed === 1)) phase.failed += 1;
  if (isColumn || row.status === 'failed') return;
  const timed = own.flatMap(({ startedSeconds, seconds }) =>
    seconds === null ? [] : [{ from: startedSeconds, seconds }],
  );
  if (timed.length === 0) return;
  phase.durations.add(timed.reduce((sum, { seconds }) => sum + seconds, 0));
  const intervals = timed.flatMap(({ from, seconds }) =>
    from === null ? [] : [{ from, to: from + seconds }],
  );
  if (row.totalSeconds === null || intervals.length === 0) return;
  phase.deployments += 1;
  phase.seconds += coveredSeconds(intervals);
}
