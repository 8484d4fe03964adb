import { readFileSync } from 'node:fs';
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';

/**
 * A secret from the environment: the variable itself, or the content of the file that `<variable>_FILE` names, without
 * its line end. Null where it is not set or empty. Throws a usage error for a file that cannot be read.
 */
export function secret({ env }: Context, variable: string): string | null {
  const said = env[variable];
  if (said !== undefined && said !== '') return said;
  const file = env[`${variable}_FILE`];
  if (file === undefined || file === '') return null;
  return (
    fileOf(file, `${variable}_FILE`)
      .toString('utf8')
      .replace(/\r?\n$/, '') || null
  );
}

/** Throws a usage error that names who asked for it. */
export function fileOf(path: string, askedBy: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw usageError(`${askedBy}: ${path} cannot be read (${why})`, 'name a file that this account may read');
  }
}
