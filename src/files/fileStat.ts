import { type Stats, statSync } from 'node:fs';

/** What stands at a path; null where nothing does, or where we may not look. Never throws. */
export function fileStat(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
