import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { readWithin } from '../../files/fileWithin.ts';
import { limitBytes } from '../../files/readNamed.ts';
import { readSecret } from '../../settings/readSecret.ts';

/** A folder of another machine has so long to answer. */
const withinMs = 5000;

/**
 * A secret that guards the server; null where none is set. Throws a usage error for one that is empty, cannot be read, or
 * can never be proven.
 */
export async function secret(context: Context, variable: string): Promise<string | null> {
  const { value, problem, expected } = await readSecret(context, variable, { withinMs });
  if (problem !== null)
    throw usageError(
      problem,
      expected ?? 'set it to what guards the server, or unset it and its other half, _FILE',
    );
  return value;
}

/** A PEM file. Throws a usage error that names who asked for it. */
export async function fileOf(
  context: Context,
  { path, askedBy }: { path: string; askedBy: string },
): Promise<Buffer> {
  try {
    return await readWithin(context, path, { mostBytes: limitBytes.words, withinMs });
  } catch (error) {
    const why = (error as Error).message;
    throw usageError(`${askedBy}: ${path} cannot be read (${why})`, 'name a file that this account may read');
  }
}
