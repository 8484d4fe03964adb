import { fstatSync, lstatSync, readdirSync, type Stats } from 'node:fs';

/** What this process has open: which file by the number of its descriptor. */
export type OpenFiles = ReadonlyMap<number, string>;

/** Null where the system does not tell. */
export function openFiles(): OpenFiles | null {
  const numbers = listed();
  if (numbers === null) return null;
  const files = new Map<number, string>();
  for (const number of numbers) {
    const stat = statOf(number);
    if (stat !== undefined) files.set(number, idOf(stat));
  }
  return files;
}

/**
 * Whether what was opened at `path` since `before` is that file: it may have been exchanged between the look and the
 * opening, and exchanged back. SQLite takes a descriptor again that it has of the same file. Where the system does not
 * tell, whether that file stands there still.
 */
export function isOpened(
  expected: Stats,
  { path, before }: { path: string; before: OpenFiles | null },
): boolean {
  const now = before === null ? null : openFiles();
  if (before === null || now === null) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found !== undefined && idOf(found) === idOf(expected);
  }
  const added = [...now].filter(([number, file]) => before.get(number) !== file);
  return added.length === 0 || added.some(([, file]) => file === idOf(expected));
}

/** A descriptor that this process has of a file; null where it has none. Not the caller's to close. */
export function descriptorOf(file: Stats): number | null {
  const found = [...(openFiles() ?? [])].find(([, id]) => id === idOf(file));
  return found?.[0] ?? null;
}

function listed(): number[] | null {
  for (const folder of ['/proc/self/fd', '/dev/fd']) {
    try {
      return readdirSync(folder).map(Number);
    } catch {
      // Not on this system, or not in this container.
    }
  }
  return null;
}

function idOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** The listing's own descriptor is closed by now. */
function statOf(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
}
