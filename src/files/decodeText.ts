import type { Tail } from './tail.ts';

/** UTF-8, or what Windows PowerShell writes with `>`; without the byte order mark. */
export function decodeText(bytes: Buffer, head: Buffer = bytes): string {
  const isUtf16 = head.length >= 2 && head.readUInt16LE(0) === 0xfeff;
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\ufeff/, '');
}

/** The text of the end of a file, from its first whole character on. */
export function decodeTail({ bytes, head, isCut }: Tail): string {
  const isUtf16 = head.length >= 2 && head.readUInt16LE(0) === 0xfeff;
  if (!isCut) return decodeText(bytes, head);
  // Drops an even number of bytes if the encoding has two bytes per unit.
  if (isUtf16) return decodeText(bytes.subarray(bytes.length % 2), head);
  return decodeText(withoutTornStart(bytes), Buffer.alloc(0));
}

/** UTF-8 bytes from the first whole character on. */
export function withoutTornStart(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}
