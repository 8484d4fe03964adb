import { decodeText, notText } from './decodeText.ts';
import { type FileWorld, readWithin } from './fileWithin.ts';

/**
 * The text of a file that the user named (`readWithin`, `decodeText`). Throws an Error whose message completes "<file>
 * cannot be read: …", also if it is not valid text.
 */
export async function readText(
  world: FileWorld,
  path: string,
  limits: { mostBytes: number; withinMs: number },
): Promise<string> {
  const { text, isValid } = decodeText(await readWithin(world, path, limits));
  if (!isValid) throw new Error(notText);
  return text;
}
