import { type Stats, statSync } from 'node:fs';

/** The stat of a path; null if there is nothing, or it may not be read. Never throws. */
export function fileStat(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
