import { isUtf8 } from 'node:buffer';

/** The text of a UTF-8 file, without the byte order mark; null if it is not UTF-8. */
export function utf8Text(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString('utf8').replace(/^\ufeff/, '') : null;
}
