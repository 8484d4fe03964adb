import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import type { Site } from '../read/endedSites.ts';
import { type Condition, type DeploymentFilter, finishedCondition, groupBy } from '../read/filter.ts';
import { cutoverBeganOf } from '../read/record.ts';
import { restoredRows } from '../read/restoredRows.ts';
import { type Summary, summary } from '../read/summary.ts';
import { endedAndCounts, hasFailed } from '../statuses.ts';

/** So many of a number of deployments. */
export interface CountOf {
  readonly count: number;
  readonly of: number;
}

/** What DORA's five measures are computed from, for the finished deployments of a site or of one host of it. */
export interface Delivery extends Site {
  /** Null: all hosts together. */
  readonly host: string | null;
  /** How many hosts they ran on: one version on three hosts is three deployments. */
  readonly hosts: number;
  readonly successful: CountOf;
  /** Seconds from the commit, otherwise the trigger, to the end; of those that brought another version. */
  readonly leadSeconds: Summary;
  readonly changes: number;
  readonly fromCommit: number;
  /** Failed or rolled back. */
  readonly bad: CountOf;
  readonly recoverySeconds: Summary;
  readonly rework: CountOf;
}

/** One finished deployment, with 0 and 1; times are ISO 8601. */
export interface DeliveryRow extends Site {
  /** By which its time to recover is found. */
  readonly row: number;
  readonly host: string | null;
  readonly failed: number;
  readonly isChange: number;
  readonly completedAt: string;
  readonly triggeredAt: string | null;
  readonly committedAt: string | null;
  readonly isRework: number;
}

/** For the deployments that began in a period: site by site, the one with most deployments first. */
export function readDelivery(
  db: Database,
  { byHost, filter }: { byHost: boolean; filter: DeploymentFilter },
): Delivery[] {
  return transaction(db, { mode: 'read' }, () => {
    const { sql, values } = finishedCondition(filter);
    const rows = db.prepare<[Condition['values']], DeliveryRow>(rowsSql(sql)).all(values);
    const recovery = new Map(
      restoredRows(db, finishedCondition(filter)).map(({ row, seconds }) => [row, seconds]),
    );
    return deliveries(rows, { byHost, recovery });
  });
}

/** From its rows; `recovery`: seconds, null before it was restored, for those that failed or were rolled back. */
export function deliveries(
  rows: readonly DeliveryRow[],
  how: { byHost: boolean; recovery: ReadonlyMap<number, number | null> },
): Delivery[] {
  const groups = groupBy(rows, ({ deployment, environment, host }) =>
    JSON.stringify([deployment, environment, how.byHost ? host : null]),
  );
  return [...groups.values()]
    .flatMap((group) => deliveryOf(group, how))
    .sort((one, other) => other.successful.of - one.successful.of);
}

function deliveryOf(
  rows: readonly DeliveryRow[],
  { byHost, recovery }: { byHost: boolean; recovery: ReadonlyMap<number, number | null> },
): Delivery[] {
  const [first] = rows;
  if (first === undefined) return [];
  const changes = rows.filter((row) => row.isChange === 1);
  const bad = rows.filter(({ row }) => recovery.has(row));
  const count = (is: (row: DeliveryRow) => boolean): CountOf => ({
    count: rows.filter(is).length,
    of: rows.length,
  });
  return [
    {
      deployment: first.deployment,
      environment: first.environment,
      host: byHost ? first.host : null,
      hosts: new Set(rows.map(({ host }) => host)).size,
      successful: count((row) => row.failed === 0),
      leadSeconds: summary(
        changes.map((row) => secondsSince(row.committedAt, row) ?? secondsSince(row.triggeredAt, row)),
      ),
      changes: changes.length,
      fromCommit: changes.filter((row) => secondsSince(row.committedAt, row) !== null).length,
      bad: count(({ row }) => recovery.has(row)),
      recoverySeconds: summary(bad.map(({ row }) => recovery.get(row) ?? null)),
      rework: count((row) => row.isRework === 1),
    },
  ];
}

/** Null if it is unknown, or not before the end: one of two clocks is wrong then. */
function secondsSince(at: string | null, { completedAt }: DeliveryRow): number | null {
  const seconds = at === null ? Number.NaN : (Date.parse(completedAt) - Date.parse(at)) / 1000;
  return seconds >= 0 ? seconds : null;
}

const wasRolledBack = (row: string): string =>
  `EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = ${row}.deployment_id AND r.success = 1 AND r.settled = 1)`;

const hasFact = (fact: string): string =>
  `EXISTS (SELECT 1 FROM deployment_facts f WHERE f.deployment_id = d.deployment_id AND f.fact = '${fact}')`;

/**
 * A change is a successful deployment of another version than the one in service that rolls nothing back. Rework is a
 * deployment that rolls another one back, that passed the gate as a hotfix, or that follows a fault that users could see: the one before it was rolled
 * back, or failed after its cutover had begun, or was itself a rollback.
 */
function rowsSql(finished: string): string {
  const before = `SELECT p.rollback_of IS NOT NULL OR ${wasRolledBack('p')} OR (p.${hasFailed} AND ${cutoverBeganOf('p')})
      FROM deployment_metrics p WHERE ${endedAndCounts} AND p.deployment = d.deployment AND p.environment = d.environment
        AND p.instance IS d.instance AND p.deployment_started_at < d.deployment_started_at
        AND p.deployment_completed_at <= d.deployment_started_at
      ORDER BY p.deployment_started_at DESC LIMIT 1`;
  return `SELECT d.id AS row, COALESCE(d.deployment, '') AS deployment, COALESCE(d.environment, '') AS environment,
      COALESCE(d.hostname, d.instance) AS host, d.${hasFailed} AS failed,
      NOT d.${hasFailed} AND d.rollback_of IS NULL AND d.version IS NOT d.previous_version AS isChange,
      d.deployment_completed_at AS completedAt, d.triggered_at AS triggeredAt,
      (SELECT f.value FROM deployment_facts f WHERE f.deployment_id = d.deployment_id AND f.fact = 'git.committed_at') AS committedAt,
      d.rollback_of IS NOT NULL OR ${hasFact('gate.hotfix')} OR COALESCE((${before}), 0) AS isRework
    FROM deployment_metrics d WHERE ${finished}`;
}
