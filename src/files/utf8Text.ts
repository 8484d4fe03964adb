import { isUtf8 } from 'node:buffer';

/** The text of a file in UTF-8, without the mark of the byte order; null where it is something else. */
export function utf8Text(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString('utf8').replace(/^\ufeff/, '') : null;
}
