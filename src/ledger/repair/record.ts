/** The format of SQLite's records: https://sqlite.org/fileformat2.html#record_format */

export type Value = number | string | Buffer | null;

/** A variable-length integer; null if it is beyond the end. A number above 2^53 is rounded, none of ours is. */
export function readVarint(bytes: Buffer, at: number): { value: number; next: number } | null {
  let value = 0;
  for (let index = 0; index < 9; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return null;
    if (index === 8) return { value: value * 256 + byte, next: at + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return null;
}

/** The values of a record; null unless the bytes are exactly one record. */
export function readRecord(bytes: Buffer): Value[] | null {
  const head = readVarint(bytes, 0);
  if (head === null || head.value > bytes.length) return null;
  const types: number[] = [];
  let at = head.next;
  while (at < head.value) {
    const type = readVarint(bytes, at);
    if (type === null) return null;
    types.push(type.value);
    at = type.next;
  }
  if (at !== head.value || types.some((type) => type === 10 || type === 11)) return null;
  if (at + types.reduce((sum, type) => sum + lengthOf(type), 0) !== bytes.length) return null;
  return types.map((type) => {
    const value = contentOf(bytes, { type, at });
    at += lengthOf(type);
    return value;
  });
}

const fixedLengths: readonly number[] = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function lengthOf(type: number): number {
  return fixedLengths[type] ?? Math.floor((type - 12) / 2);
}

function contentOf(bytes: Buffer, { type, at }: { type: number; at: number }): Value {
  if (type === 0) return null;
  if (type < 6) return bytes.readIntBE(at, lengthOf(type));
  if (type === 6) return Number(bytes.readBigInt64BE(at));
  if (type === 7) return bytes.readDoubleBE(at);
  if (type < 10) return type - 8;
  const content = bytes.subarray(at, at + lengthOf(type));
  return type % 2 === 1 ? content.toString('utf8') : Buffer.from(content);
}
