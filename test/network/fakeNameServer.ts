import { createSocket } from 'node:dgram';

/** How a test name server responds to a question: addresses, `unknown`, `ill` (SERVFAIL), or silence. */
export type Answering = (
  name: string,
  kind: 'A' | 'AAAA',
) => readonly string[] | 'unknown' | 'ill' | 'silent';

export interface FakeNameServer {
  /** `127.0.0.1:<port>` */
  readonly address: string;
  /** The requested names in order, each as often as it was requested. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/** A name server on loopback that responds over UDP. */
export async function startNameServer(answering: Answering): Promise<FakeNameServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (question, { port, address }) => {
    const { name, end } = readName(question);
    const kind = question.readUInt16BE(end) === 28 ? 'AAAA' : 'A';
    asked.push(name);
    const said = answering(name, kind);
    if (said !== 'silent') socket.send(answer(question.subarray(0, end + 4), said), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function readName(question: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function answer(question: Buffer, said: readonly string[] | 'unknown' | 'ill'): Buffer {
  const addresses = typeof said === 'string' ? [] : said;
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180 + (said === 'unknown' ? 3 : said === 'ill' ? 2 : 0), 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  return Buffer.concat([head, ...addresses.map(record)]);
}

/** One address record (RFC 1035, 4.1.3); its name is a pointer to that of the question. */
function record(address: string): Buffer {
  const bytes = address.includes(':')
    ? [...Array(15).fill(0), Number(address.slice(2))]
    : address.split('.').map(Number);
  return Buffer.from([
    0xc0,
    12,
    0,
    bytes.length === 4 ? 1 : 28,
    0,
    1,
    0,
    0,
    0,
    60,
    0,
    bytes.length,
    ...bytes,
  ]);
}
