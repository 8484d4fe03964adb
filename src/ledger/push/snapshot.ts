import type { GroupSnapshot, Total } from '../../metrics/snapshot.ts';
import type { GroupKey } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { isOfSqlite } from '../file/open.ts';
import { transaction } from '../file/transaction.ts';
import { withFitRows } from '../fit/views.ts';
import { inServiceBy, versionInService } from '../inService.ts';
import type { Rows, Selected } from '../rows.ts';
import { defaultStages } from '../totals/declareGroup.ts';
import { type DeclarationKind, isFull } from '../totals/totals.ts';
import { sequence } from './deliveries.ts';
import {
  errorRates,
  lastDuration,
  newestDeployments,
  recentCosts,
  recentStages,
  type ShownRow,
  type Used,
} from './recentRows.ts';

/** Its stored total is only the baseline: the ledger's own count is the group's `seq`. */
const eventsFamily = 'deploytrack_ledger_events_total';

/** All input of one group's text. */
const tables =
  'groups totals declarations last_stages last_checks ledger deployment_metrics deployment_stages rollbacks ' +
  'health_verifications infrastructure_costs post_deployment_errors';

/**
 * All input of one group's text, read at one moment. Rows with invalid values are left out. Throws the errors of
 * SQLite.
 */
export function readSnapshot(
  database: Database,
  group: { readonly groupId: number; readonly programVersion: string },
): GroupSnapshot {
  return transaction(database, { mode: 'read' }, () => readFit(database, group));
}

/** The same and the group's sequence number, of one moment. */
export function numberedSnapshot(
  database: Database,
  group: { readonly groupId: number; readonly programVersion: string },
): { seq: number; snapshot: GroupSnapshot } {
  return transaction(database, { mode: 'read' }, () => ({
    seq: sequence(database, group.groupId).seq,
    snapshot: readFit(database, group),
  }));
}

/** The deployments that a group's text needs: without the row of one of them it may be another text. */
export function neededDeployments(database: Database, groupId: number): ReadonlySet<string> {
  const needed = new Set<string>();
  const used = (id: string | null) => id !== null && needed.add(id);
  readFit(database, { groupId, programVersion: '', used });
  return needed;
}

interface WantedGroup {
  readonly groupId: number;
  readonly programVersion: string;
  readonly used?: Used;
}

/** Unchecked first, which is fastest, and row by row only if a value is invalid. */
function readFit(database: Database, group: WantedGroup): GroupSnapshot {
  try {
    const snapshot = read(database, group);
    if (isFitSnapshot(snapshot)) return snapshot;
  } catch (error) {
    if (isOfSqlite(error)) throw error;
  }
  const work = () => read(database, group);
  return withFitRows(database, { tables: tables.split(' '), work });
}

function read(database: Database, { groupId, programVersion, used }: WantedGroup): GroupSnapshot {
  const { seq, ...key } = database
    .prepare('SELECT instance, deployment, environment, seq FROM groups WHERE id = ?')
    .get(groupId) as GroupKey & { seq: number };
  const totals = readTotals(database, groupId);
  const newest = newestDeployments(database, key, used);
  if (used !== undefined) for (const id of inServiceBy(database, groupId)) used(id);
  return {
    key,
    ledgerId: ledgerId(database),
    programVersion,
    events: seq + (totals.find(({ family }) => family === eventsFamily)?.value ?? 0),
    totals: totals.filter(({ family }) => family !== eventsFamily),
    defaultService: key.deployment,
    declared: readDeclarations(database, { groupId, defaultService: key.deployment }),
    recent: recentDeployments(database, newest.shown),
    inService: versionInService(database, groupId),
    lastVerificationHealthy: newest.newestOf(({ id }) => lastVerification(database, id)),
    lastChecks: lastChecks(database, groupId),
    lastStages: database
      .prepare<
        unknown[],
        Selected<'last_stages', { service: 'service'; stage: 'stage'; durationSeconds: 'duration_seconds' }>
      >('SELECT service, stage, duration_seconds AS durationSeconds FROM last_stages WHERE group_id = ?')
      .all(groupId),
    lastDurationSeconds: lastDuration(database, key, used),
    recentVersions: newest.versions(),
    errorRates: newest.newestOf(({ id }) => errorRates(database, id)),
    host: newest.newestOf(({ osVersion, runtimeVersion }) =>
      osVersion === null ? null : { osVersion, runtimeVersion: runtimeVersion ?? '' },
    ),
    memoryBytes: newest.newestOf((row) => row.memoryBytes),
  };
}

function readTotals(database: Database, groupId: number): Total[] {
  const rows = database
    .prepare<unknown[], Pick<Rows['totals'], 'family' | 'labels' | 'part' | 'value'>>(
      'SELECT family, labels, part, value + base AS value FROM totals WHERE group_id = ?',
    )
    .all(groupId);
  return rows.map((row) => ({ ...row, labels: JSON.parse(row.labels) as string[] }));
}

function readDeclarations(
  database: Database,
  { groupId, defaultService }: { groupId: number; defaultService: string },
): GroupSnapshot['declared'] {
  const rows = database
    .prepare<unknown[], Pick<Rows['declarations'], 'kind' | 'value'>>(
      'SELECT kind, value FROM declarations WHERE group_id = ? ORDER BY at, value',
    )
    .all(groupId);
  const of = (kind: DeclarationKind) => rows.filter((row) => row.kind === kind).map((row) => row.value);
  // If the vocabulary is full, the next value counts as `other`: its zero is there before.
  const withOther = (kind: DeclarationKind) =>
    isFull(kind, of(kind).length) ? [...of(kind), 'other'] : of(kind);
  const pairs = of('stage').map((pair) => JSON.parse(pair) as [service: string, stage: string]);
  const stages = isFull('stage', pairs.length) ? [...pairs, [defaultService, 'other'] as const] : pairs;
  return {
    services: [defaultService, ...of('service')],
    stages: stages.length > 0 ? stages : defaultStages.map((stage) => [defaultService, stage] as const),
    tests: withOther('test'),
    resources: withOther('resource'),
    checkTypes: of('check_type'),
  };
}

function recentDeployments(database: Database, rows: readonly ShownRow[]): GroupSnapshot['recent'] {
  const ids = rows.map((row) => row.id);
  const stages = recentStages(database, ids);
  const costs = recentCosts(database, ids);
  const rolledBack = new Set(
    database
      .prepare(
        'SELECT deployment_id FROM rollbacks WHERE success = 1 AND deployment_id IN (SELECT value FROM json_each(?))',
      )
      .pluck()
      .all(JSON.stringify(ids)),
  );
  return rows.map(({ id, version, status, method, url, startedAt, durationSeconds }) => ({
    id,
    version,
    status,
    rolledBack: rolledBack.has(id),
    method: method ?? 'manual',
    url,
    startedAtMs: Date.parse(startedAt),
    durationSeconds,
    stages: stages.get(id) ?? [],
    costs: costs.get(id) ?? [],
  }));
}

/** The latest verification of a deployment, including its rollback's; null if there was none. */
function lastVerification(database: Database, deploymentId: string): boolean | null {
  const latest = database
    .prepare('SELECT success FROM health_verifications WHERE deployment_id = ? ORDER BY id DESC LIMIT 1')
    .pluck()
    .get(deploymentId);
  return latest === undefined ? null : latest === 1;
}

function lastChecks(database: Database, groupId: number): GroupSnapshot['lastChecks'] {
  const rows = database
    .prepare<unknown[], Selected<'last_checks', { checkType: 'check_type'; healthy: 'healthy' }>>(
      'SELECT check_type AS checkType, healthy FROM last_checks WHERE group_id = ?',
    )
    .all(groupId);
  return rows.map(({ checkType, healthy }) => ({ checkType, healthy: healthy === 1 }));
}

/** The properties that are numbers if not null: each of these, and no other. */
const numbers: Readonly<Record<NumberIn<GroupSnapshot>, true>> = {
  events: true,
  value: true,
  startedAtMs: true,
  durationSeconds: true,
  usd: true,
  sinceMs: true,
  lastDurationSeconds: true,
  errorRate: true,
  memoryBytes: true,
};
const longestText = 1_048_576;

/** Whether every value has its type: a finite number, or a text of a possible length. */
export function isFitSnapshot(snapshot: GroupSnapshot): boolean {
  return isFit(snapshot, '');
}

function isNumber(name: string): boolean {
  return Object.hasOwn(numbers, name);
}

function isFit(value: unknown, name: string): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'number') return isNumber(name) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (typeof value === 'string') return !isNumber(name) && value.length <= longestText;
  if (Array.isArray(value)) return value.every((one) => isFit(one, name));
  if (typeof value !== 'object' || Buffer.isBuffer(value)) return false;
  return Object.entries(value).every(([key, one]) => isFit(one, key));
}

/** The names of the number properties in a value, at any depth. */
type NumberIn<Value> = Value extends readonly (infer One)[]
  ? NumberIn<One>
  : Value extends object
    ? {
        [Key in keyof Value]-?: NonNullable<Value[Key]> extends number
          ? Key & string
          : NumberIn<NonNullable<Value[Key]>>;
      }[keyof Value]
    : never;

/** The unique ID of this ledger. Throws the errors of SQLite. */
export function ledgerId(database: Database): string {
  return database.prepare('SELECT ledger_id FROM ledger').pluck().get() as string;
}
