import { isUtf8 } from 'node:buffer';
import { isWellFormed, wellFormed } from '../model.ts';
import type { Tail } from './tail.ts';

/** The text of a file. */
export interface DecodedText {
  /** Without the byte order mark; U+FFFD for what could not be read. */
  readonly text: string;
  readonly isValid: boolean;
}

/** What is wrong with a file whose text is not valid; completes "<file> cannot be read: …". */
export const notText = 'it is not text in UTF-8';

/**
 * The text of any file that a person or another program may have written. A byte order mark says UTF-8 or UTF-16, as
 * Windows PowerShell 5.1 writes them; a file without one is UTF-8.
 */
export function decodeText(bytes: Buffer): DecodedText {
  return decoded(bytes, encodingOf(bytes));
}

/** The same, or null if the text is not valid. */
export function validText(bytes: Buffer): string | null {
  const { text, isValid } = decodeText(bytes);
  return isValid ? text : null;
}

/** The text of the end of a file, from its first whole character on. */
export function decodeTail({ bytes, head, isCut }: Tail): DecodedText {
  const encoding = encodingOf(head);
  return decoded(isCut ? withoutTornStart(bytes, encoding) : bytes, encoding);
}

function decoded(bytes: Buffer, encoding: Encoding): DecodedText {
  const text = textIn(encoding, bytes).replace(/^\ufeff/, '');
  const isValid = encoding === 'utf8' ? isUtf8(bytes) : bytes.length % 2 === 0 && isWellFormed(text);
  return { text: isValid ? text : wellFormed(text), isValid };
}

type Encoding = 'utf8' | 'utf16le' | 'utf16be';

function encodingOf(head: Buffer): Encoding {
  const mark = head.length >= 2 ? head.readUInt16LE(0) : 0;
  return mark === 0xfeff ? 'utf16le' : mark === 0xfffe ? 'utf16be' : 'utf8';
}

function textIn(encoding: Encoding, bytes: Buffer): string {
  if (encoding !== 'utf16be') return bytes.toString(encoding);
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  return Buffer.from(even).swap16().toString('utf16le');
}

/** From the first whole character on: of up to 4 bytes in UTF-8, of one or two pairs of bytes in UTF-16. */
function withoutTornStart(bytes: Buffer, encoding: Encoding): Buffer {
  if (encoding !== 'utf8') {
    const even = bytes.subarray(bytes.length % 2);
    const highByte = even[encoding === 'utf16le' ? 1 : 0] ?? 0;
    return (highByte & 0xfc) === 0xdc ? even.subarray(2) : even;
  }
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}
