import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { usageError } from '../../errors.ts';

/** The folder of `--out`, which is created later if it does not exist. Throws a usage error if it cannot be a folder. */
export function outFolder(folder: string): string {
  const obstacle = nonFolder(folder);
  if (obstacle === null) return folder;
  throw usageError(
    `invalid folder ${JSON.stringify(folder)} for --out: ${obstacle} is not a folder`,
    'use a folder; it is created if it does not exist',
  );
}

/** The path, or the nearest existing path above it, if that is not a folder; otherwise null. */
function nonFolder(path: string): string | null {
  const isFolder = folderOrNot(path);
  const above = dirname(path);
  if (isFolder === null) return above === path ? null : nonFolder(above);
  return isFolder ? null : path;
}

/** Null if it does not exist. If it cannot be checked, the later write reports the error. */
function folderOrNot(path: string): boolean | null {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '') ? null : true;
  }
}
