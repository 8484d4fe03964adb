import type { PackageManager, Tracked } from '../marks.ts';
import { tracked } from './checks/markParts.ts';
import type { Database } from './file/addon.ts';
import type { Rows } from './rows.ts';

/** A file by its path and hash, a package by its name and version; null: it was not found. */
export interface TrackedItem {
  readonly kind: 'file' | PackageManager;
  readonly name: string;
  readonly value: string | null;
}

/** The items that `start` was told to track; null if there are none. Throws if the stored value is invalid. */
export function trackedOf(database: Database, deploymentId: string): Tracked | null {
  const found = database
    .prepare<unknown[], Rows['tracking']['tracked']>('SELECT tracked FROM tracking WHERE deployment_id = ?')
    .pluck();
  const text = found.get(deploymentId);
  return text === undefined
    ? null
    : tracked(JSON.parse(text), { path: 'tracking', leftOut: [], isOurs: true });
}

export function saveTracked(
  database: Database,
  { deploymentId, items }: { deploymentId: string; items: readonly TrackedItem[] },
): void {
  const keep = database.prepare('INSERT OR REPLACE INTO tracked_items VALUES (?, ?, ?, ?)');
  for (const { kind, name, value } of items) keep.run(deploymentId, kind, name, value);
}
