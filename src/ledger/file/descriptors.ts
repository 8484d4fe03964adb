import { fstatSync, lstatSync, readdirSync, type Stats } from 'node:fs';

/** The open files of this process, by the numbers of their descriptors. */
export type OpenFiles = ReadonlyMap<number, string>;

/** Null if the system does not list them. */
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
 * Whether the file opened at `path` since `before` is that file: it may have been exchanged between the check and the
 * opening, and exchanged back. SQLite reuses a descriptor that it has of the same file. If the system does not list
 * descriptors, whether that file is still there.
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

/** A descriptor of this process for a file; null if there is none. The caller must not close it. */
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

/** The descriptor of the listing itself is closed by now. */
function statOf(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
}
