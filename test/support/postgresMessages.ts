/** A message as a server sends it; `length`: a wrong one. */
export function message(code: string, body: Buffer | string = '', length?: number): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(code, 0, 'latin1');
  head.writeUInt32BE(length ?? bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export const authenticated = message('R', int32(0));
export const ready = message('Z', 'I');
/** All that a server says before the first query. */
export const greeting = Buffer.concat([
  authenticated,
  message('S', 'server_version\x0015.0\0'),
  message('K', Buffer.concat([int32(1), int32(2)])),
  ready,
]);
