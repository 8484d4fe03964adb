import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { usageError } from '../../errors.ts';

/** The folder that `--out` names, made later where there is none. A usage error where it can be none. */
export function outFolder(folder: string): string {
  const obstacle = nonFolder(folder);
  if (obstacle === null) return folder;
  throw usageError(
    `--out: ${JSON.stringify(folder)} cannot be a folder: ${obstacle} is something else`,
    'name a folder; it is made where there is none',
  );
}

/** The path itself, or what it stands below, where that exists and is no folder. */
function nonFolder(path: string): string | null {
  const isFolder = folderOrNot(path);
  const above = dirname(path);
  if (isFolder === null) return above === path ? null : nonFolder(above);
  return isFolder ? null : path;
}

/** Null where there is nothing; what may not be looked at is left to the attempt to write. */
function folderOrNot(path: string): boolean | null {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '') ? null : true;
  }
}
