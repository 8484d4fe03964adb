import { DeploytrackError, type Warning } from '../errors.ts';
import {
  amountLimits,
  type DeploymentStatus,
  type GroupKey,
  type Instant,
  isoTime,
  isWithin,
} from '../model.ts';
import type { Database } from './file/addon.ts';
import { publicTables } from './fit/tables.ts';
import { unfitCases } from './fit/unfit.ts';
import { isOpen } from './statuses.ts';

/** The part of a deployment's row that marks need. */
export interface DeploymentRow {
  readonly id: number;
  readonly deploymentId: string;
  readonly deployment: string;
  readonly environment: string;
  readonly instance: string;
  readonly service: string;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly status: DeploymentStatus | 'discarded';
  readonly fragment: boolean;
  readonly startedAt: string;
  readonly started: Instant;
  readonly triggeredAt: string | null;
  readonly errorMessage: string | null;
  readonly pythonCommand: string | null;
}

const columns = `id, deployment_id AS deploymentId, deployment, environment, instance, service, version,
  previous_version AS previousVersion, deployment_status AS status, fragment, deployment_started_at AS startedAt,
  started_mono AS mono, started_boot AS boot, triggered_at AS triggeredAt, error_message AS errorMessage,
  python_command AS pythonCommand`;

/** Null if a row is valid: by the same rule reports leave rows out, and `doctor` lists them. */
const unfit = `CASE ${unfitCases(publicTables.deployment_metrics?.needs ?? {})} END`;

type Names = 'deployment' | 'environment' | 'instance' | 'service';
type Raw = Omit<DeploymentRow, 'fragment' | 'started' | Names> & {
  [Name in Names]: unknown;
} & {
  wrong: string | null;
  fragment: number;
  mono: number | null;
  boot: string | null;
};

/** Null if the ledger does not have the ID. Throws LEDGER_ROW if its row cannot be used. */
export function findDeployment(database: Database, deploymentId: string): DeploymentRow | null {
  const raw = database
    .prepare<unknown[], Raw>(
      `SELECT ${columns}, ${unfit} AS wrong FROM deployment_metrics WHERE deployment_id = ?`,
    )
    .get(deploymentId);
  if (raw === undefined) return null;
  if (raw.wrong === null) return fromRaw(raw);
  throw new DeploytrackError({
    code: 'LEDGER_ROW',
    message: `row ${raw.id} of deployment_metrics cannot be used: ${raw.wrong}`,
    hint: 'check it with sqlite3, then fix or delete it',
  });
}

/** Whether marks of a deployment can be applied: its row is valid, or there is none. */
export function takesMarks(database: Database, deploymentId: string): boolean {
  const wrong = database
    .prepare(`SELECT ${unfit} FROM main.deployment_metrics WHERE deployment_id = ?`)
    .pluck()
    .get(deploymentId);
  return (wrong ?? null) === null;
}

/** Deployments in progress, newest first, with the given names; without rows that cannot be used. */
export function openDeployments(
  database: Database,
  only: { deployment?: string | undefined; environment?: string | undefined; instance?: string | undefined },
): DeploymentRow[] {
  const names = { deployment: null, environment: null, instance: null, ...only };
  const given = Object.entries(names).filter(([, name]) => name != null);
  // `+` makes SQLite use the index of open deployments, not that of a group with its whole history.
  const open = database
    .prepare<unknown[], Raw>(
      `SELECT ${columns}, ${unfit} AS wrong FROM deployment_metrics
       WHERE ${isOpen} AND fragment = 0 AND deployment_id IS NOT NULL
       ${given.map(([column]) => `AND +${column} = ?`).join(' ')} ORDER BY deployment_started_at DESC, id DESC`,
    )
    .all(...given.map(([, name]) => name));
  return open.filter(({ wrong }) => wrong === null).map(fromRaw);
}

export function groupKeyOf(row: DeploymentRow): GroupKey {
  return { instance: row.instance, deployment: row.deployment, environment: row.environment };
}

/** A start time that no row of this version has: shifted by whole milliseconds. */
export function freeStart(
  database: Database,
  { version, wallMs }: { version: string; wallMs: number },
): string {
  const taken = database
    .prepare('SELECT 1 FROM deployment_metrics WHERE version = ? AND deployment_started_at = ?')
    .pluck();
  let startMs = wallMs;
  while (taken.get(version, isoTime(startMs)) === 1) startMs += 1;
  return isoTime(startMs);
}

/** Stores marks of an unknown ID: a row that belongs to no group and is excluded from statistics. */
export function insertFragment(
  database: Database,
  { deploymentId, at }: { deploymentId: string; at: Instant },
): DeploymentRow {
  const startedAt = freeStart(database, { version: 'unknown', wallMs: at.wallMs });
  database
    .prepare(
      `INSERT INTO deployment_metrics (deployment_id, version, deployment_started_at, fragment, service, started_mono, started_boot)
       VALUES (?, 'unknown', ?, 1, 'unknown', ?, ?)`,
    )
    .run(deploymentId, startedAt, at.monotonicSeconds, at.boot);
  return findDeployment(database, deploymentId) as DeploymentRow;
}

/**
 * The row that a mark belongs to; an unknown ID becomes an incomplete deployment, and a closed deployment is reported.
 */
export function deploymentOf(
  database: Database,
  { mark, warnings }: { mark: { deploymentId: string; at: Instant }; warnings: Warning[] },
): DeploymentRow {
  const found = findDeployment(database, mark.deploymentId);
  if (found === null) {
    warnings.push({
      code: 'UNKNOWN_ID',
      message: `deployment ${mark.deploymentId} not found in this ledger; its marks were recorded under that ID`,
      hint: 'import them with `deploytrack import` into the ledger that it was started in',
    });
    return insertFragment(database, mark);
  }
  if (found.status !== 'in-progress') {
    warnings.push({
      code: 'LATE',
      message: `deployment ${mark.deploymentId} is already closed (${found.status}): the mark was recorded, totals do not change`,
      hint: 'run `deploytrack start` for a new deployment',
    });
  }
  return found;
}

/** Used if a row has no name. */
const unknown = 'unknown';

/** Other invalid values are treated as missing. */
function fromRaw({ wrong: _, ...raw }: Raw): DeploymentRow {
  const { mono, boot, fragment, ...rest } = raw;
  const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
  const triggeredAt = textOrNull(rest.triggeredAt);
  const deployment = textOrNull(rest.deployment);
  return {
    ...rest,
    deployment: deployment ?? unknown,
    environment: textOrNull(rest.environment) ?? unknown,
    instance: textOrNull(rest.instance) ?? unknown,
    service: textOrNull(rest.service) ?? deployment ?? unknown,
    previousVersion: textOrNull(rest.previousVersion),
    triggeredAt: triggeredAt !== null && Number.isNaN(Date.parse(triggeredAt)) ? null : triggeredAt,
    errorMessage: textOrNull(rest.errorMessage),
    pythonCommand: textOrNull(rest.pythonCommand),
    fragment: fragment === 1,
    started: {
      wallMs: Date.parse(raw.startedAt),
      monotonicSeconds:
        typeof mono === 'number' && isWithin(mono, amountLimits.monotonicSeconds) ? mono : null,
      boot: textOrNull(boot),
    },
  };
}
