import { lastBytes } from '../model.ts';
import { redact, withoutPartialWord } from '../redact.ts';

/** More than is stored: a key, or the name of a value, may begin long before the end. */
export const readStderrBytes = 65_536;
const keptBytes = 4096;

/** The stored part of a command's stderr: secrets are redacted in the whole text, then its end is cut off. */
export function stderrTail(text: string): string {
  // Close to the limit: the beginning was cut away, perhaps within a value whose name is gone.
  const isCut = Buffer.byteLength(text) > readStderrBytes - 4;
  return lastBytes(redact(isCut ? withoutPartialWord(text) : text), keptBytes);
}
