import type { TrackedItem } from '../../ledger/tracked.ts';
import type { Json } from '../json.ts';

/** Hashes by path, and versions by manager and package; a manager that was not queried is absent. */
export function trackedJson(items: readonly TrackedItem[]): {
  readonly files: Json;
  readonly packages: Json;
} {
  const byName = (kind: TrackedItem['kind']): Json =>
    Object.fromEntries(items.filter((item) => item.kind === kind).map(({ name, value }) => [name, value]));
  const managers = [...new Set(items.map(({ kind }) => kind))].filter((kind) => kind !== 'file');
  return {
    files: byName('file'),
    packages: Object.fromEntries(managers.map((manager) => [manager, byName(manager)])),
  };
}
