import type { Database } from '../file/addon.ts';
import type { TrackedItem } from '../tracked.ts';

/** A file or package that changed since the deployment before; null: it did not exist. */
export interface Change {
  readonly kind: TrackedItem['kind'];
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** The tracked files and packages of a deployment, and their changes since the last tracked deployment. */
export interface TrackedState {
  readonly items: readonly TrackedItem[];
  /** Sorted by kind and name; null if there is nothing to compare with. */
  readonly changes: readonly Change[] | null;
}

export function readTrackedState(db: Database, deploymentId: string): TrackedState {
  const items = readTrackedItems(db, deploymentId);
  const compared = [...new Set(items.map(({ kind }) => kind))].map((kind) => {
    const now = items.filter((item) => item.kind === kind);
    const before = lastBefore(db, { deploymentId, kind });
    return before === null ? null : changesOf({ kind, now, before: readTrackedItems(db, before) });
  });
  const known = compared.filter((one) => one !== null);
  return { items, changes: known.length === 0 ? null : known.flat() };
}

/** The stored hashes and versions of one deployment. */
export function readTrackedItems(db: Database, deploymentId: string): TrackedItem[] {
  return db
    .prepare<[string], TrackedItem>(
      'SELECT kind, name, value FROM tracked_items WHERE deployment_id = ? ORDER BY kind, name',
    )
    .all(deploymentId);
}

/** The differences between two deployments in the items that both tracked; null if there are none such. */
export function changesBetween(db: Database, before: string, after: string): Change[] | null {
  const [then, now] = [readTrackedItems(db, before), readTrackedItems(db, after)];
  const kinds = [...new Set(now.map(({ kind }) => kind))].filter((kind) =>
    then.some((one) => one.kind === kind),
  );
  if (kinds.length === 0) return null;
  return kinds.flatMap((kind) =>
    changesOf({ kind, now: now.filter((one) => one.kind === kind), before: then }),
  );
}

/** The previous deployment, of the same host, name and environment, that tracked such items. */
function lastBefore(
  db: Database,
  { deploymentId, kind }: { deploymentId: string; kind: TrackedItem['kind'] },
): string | null {
  const found = db
    .prepare<[{ deploymentId: string; kind: string }], string>(
      `SELECT before.deployment_id FROM deployment_metrics AS before, deployment_metrics AS this
       WHERE this.deployment_id = @deploymentId AND before.deployment = this.deployment
         AND before.environment = this.environment AND before.instance = this.instance
         AND before.deployment_started_at < this.deployment_started_at
         AND EXISTS (SELECT 1 FROM tracked_items AS t WHERE t.deployment_id = before.deployment_id AND t.kind = @kind)
       ORDER BY before.deployment_started_at DESC LIMIT 1`,
    )
    .pluck()
    .get({ deploymentId, kind });
  return found ?? null;
}

/** A file that was not tracked before has not changed; a package that was not there is new. */
function changesOf({
  kind,
  now,
  before,
}: {
  kind: TrackedItem['kind'];
  now: readonly TrackedItem[];
  before: readonly TrackedItem[];
}): Change[] {
  const valuesOf = (items: readonly TrackedItem[]): Map<string, string | null> =>
    new Map(items.filter((item) => item.kind === kind).map(({ name, value }) => [name, value]));
  const [then, since] = [valuesOf(before), valuesOf(now)];
  const names = [...new Set([...then.keys(), ...since.keys()])].sort();
  return names
    .filter((name) => kind !== 'file' || (then.has(name) && since.has(name)))
    .map((name) => ({ kind, name, before: then.get(name) ?? null, after: since.get(name) ?? null }))
    .filter((change) => change.before !== change.after);
}
