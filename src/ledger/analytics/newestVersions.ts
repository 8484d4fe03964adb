import type { Database } from '../file/addon.ts';
import { type Condition, finishedCondition, type LimitedFilter } from '../read/filter.ts';

/** So many of the newest deployments are searched for different versions. */
const searched = 20_000;

/**
 * The finished deployments of the newest `most` versions: of the sites and versions of the newest deployments that match, whenever they were
 * deployed. Walks the index of starts from its end, and that of versions.
 */
export function newestVersions(
  db: Database,
  { filter, most }: { filter: LimitedFilter; most: number },
): { finished: Condition; hasOlder: boolean } {
  const finished = finishedCondition(filter);
  const newest = db.prepare<[Condition['values']], { version: string }>(
    `SELECT d.version FROM deployment_metrics d WHERE ${finished.sql} ORDER BY d.deployment_started_at DESC, d.id DESC LIMIT @searched`,
  );
  const versions = new Set<string>();
  let count = 0;
  for (const { version } of newest.iterate({ ...finished.values, searched })) {
    count += 1;
    if (versions.size === most && !versions.has(version))
      return found(finished, { versions, hasOlder: true });
    versions.add(version);
  }
  return found(finished, { versions, hasOlder: count === searched });
}

function found(
  { sql, values }: Condition,
  { versions, hasOlder }: { versions: ReadonlySet<string>; hasOlder: boolean },
): { finished: Condition; hasOlder: boolean } {
  const isOne = 'd.version IN (SELECT value FROM json_each(@versions))';
  return {
    finished: { sql: `${sql} AND ${isOne}`, values: { ...values, versions: JSON.stringify([...versions]) } },
    hasOlder,
  };
}
