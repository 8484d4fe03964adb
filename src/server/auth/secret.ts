import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { decodeText } from '../../files/decodeText.ts';
import { readWithin } from '../../files/fileWithin.ts';
import { limitBytes } from '../../files/readNamed.ts';
import { readSecret } from '../../settings/readSecret.ts';

/** Time limit for a file on a network file system. */
const withinMs = 5000;

/**
 * A secret that protects the server; null if it is not set. Throws a usage error if it is empty, cannot be read, or cannot
 * be sent in a header.
 */
export async function secret(context: Context, variable: string): Promise<string | null> {
  const { value, problem, expected } = await readSecret(context, variable, { withinMs });
  if (problem !== null)
    throw usageError(
      problem,
      expected ?? 'set it to the secret of the server, or unset it and its variant with _FILE',
    );
  return value;
}

/** Reads a PEM file. Throws a usage error that names the option. */
export async function fileOf(
  context: Context,
  { path, askedBy }: { path: string; askedBy: string },
): Promise<string> {
  try {
    return decodeText(await readWithin(context, path, { mostBytes: limitBytes.words, withinMs })).text;
  } catch (error) {
    const why = (error as Error).message;
    throw usageError(`${askedBy}: ${path} cannot be read (${why})`, 'set a file that this account can read');
  }
}
