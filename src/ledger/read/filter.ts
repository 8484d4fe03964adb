import { type DeploymentStatus, isoTime } from '../../model.ts';
import { hasEnded } from '../statuses.ts';

/** The deployments of a report. Undefined fields do not restrict them. */
export interface DeploymentFilter {
  /** Started at or after this Unix time in milliseconds. */
  readonly sinceMs?: number | undefined;
  /** Started before this one. */
  readonly untilMs?: number | undefined;
  readonly deployment?: string | undefined;
  readonly environment?: string | undefined;
  /** The instance of the group. */
  readonly host?: string | undefined;
  /** The version, or how it begins. */
  readonly version?: string | undefined;
  readonly status?: DeploymentStatus | undefined;
}

/** The most recent ones of those that match; undefined: all. */
export interface LimitedFilter extends DeploymentFilter {
  readonly limit?: number | undefined;
}

/** A condition on `deployment_metrics` and the values it binds by name. */
export interface Condition {
  readonly sql: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** The filter as SQL on the alias `d`. Discarded and incomplete deployments never match. */
export function deploymentCondition(filter: DeploymentFilter): Condition {
  const parts = ['d.discarded = 0', 'd.fragment = 0'];
  const values: Record<string, string> = {};
  const narrow = (sql: string, name: string, value: string | undefined): void => {
    if (value === undefined) return;
    parts.push(sql);
    values[name] = value;
  };
  narrow('d.deployment_started_at >= @since', 'since', startOf(filter.sinceMs));
  narrow('d.deployment_started_at < @until', 'until', startOf(filter.untilMs));
  narrow('d.deployment = @deployment', 'deployment', filter.deployment);
  narrow('d.environment = @environment', 'environment', filter.environment);
  narrow('d.instance = @host', 'host', filter.host);
  // A range, so that SQLite can use an index of versions.
  narrow('d.version >= @version AND d.version < @version || char(1114111)', 'version', filter.version);
  narrow('d.deployment_status = @status', 'status', filter.status);
  return { sql: parts.join(' AND '), values };
}

/** Finished ones; the most recent of them by start, as `history` lists them. */
export function finishedCondition({ limit, ...filter }: LimitedFilter): Condition {
  const { sql, values } = deploymentCondition(filter);
  const finished = `${sql} AND d.${hasEnded}`;
  if (limit === undefined) return { sql: finished, values };
  const last = `SELECT d.id FROM deployment_metrics d WHERE ${finished} ORDER BY d.deployment_started_at DESC, d.id DESC LIMIT @limit`;
  return { sql: `d.id IN (${last})`, values: { ...values, limit } };
}

function startOf(sinceMs: number | undefined): string | undefined {
  return sinceMs === undefined ? undefined : isoTime(sinceMs);
}

/** Items by key, groups and items in the order of the input. (Node 20 has no Map.groupBy.) */
export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
