import { closeSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { markLines } from '../../src/child/markLines.ts';
import { openPipes } from '../../src/child/pipes.ts';
import { pump } from '../../src/child/pump.ts';
import { fakeContext } from '../support/context.ts';

/** A pump between two real pipes; its bytes are counted on the way. */
function pumping() {
  const [source, target] = openPipes(fakeContext(), 2) ?? [];
  if (source === undefined || target === undefined) throw new Error('no pipes here');
  const from = new Socket({ fd: source.read, readable: true, writable: false });
  let noticedBytes = 0;
  const notice = (chunk: Buffer) => {
    noticedBytes += chunk.length;
  };
  const passage = { from, fromDescriptor: source.read, to: target.write, notice };
  return { source, target, from, start: () => pump(passage), noticed: () => noticedBytes };
}

/** What can be read now, without waiting. */
function readNow(descriptor: number): Buffer {
  const bytes = Buffer.alloc(256 * 1024);
  try {
    return bytes.subarray(0, readSync(descriptor, bytes));
  } catch {
    return bytes.subarray(0, 0);
  }
}

test('data left in the pipe at the end is passed on even if the other end stays open', async () => {
  const { source, target, start, noticed } = pumping();
  writeSync(source.write, Buffer.alloc(60_000, 'x'));
  await start().finish();
  expect([readNow(target.read).length, noticed()]).toEqual([60_000, 60_000]);
  for (const descriptor of [source.write, target.read, target.write]) closeSync(descriptor);
});

test('a slow reader loses no data, gets it in order, and little is buffered meanwhile', async () => {
  const { source, target, from, start, noticed } = pumping();
  const full = Buffer.alloc(65_536, 'f');
  writeSync(target.write, full);
  const { finish } = start();
  const parts = ['a', 'b', 'c'].map((letter) => Buffer.alloc(30_000, letter));
  writeSync(source.write, parts[0] ?? full);
  await expect.poll(noticed).toBe(30_000); // one chunk being written, and one waiting for the reader
  writeSync(source.write, parts[1] ?? full);
  await expect.poll(() => from.readableLength).toBe(30_000);
  expect(noticed()).toBe(30_000);
  writeSync(source.write, parts[2] ?? full);

  const finished = finish();
  const arrived: Buffer[] = [];
  await expect
    .poll(() => arrived.push(readNow(target.read)) && Buffer.concat(arrived).length)
    .toBe(65_536 + 90_000);
  await finished;
  expect(Buffer.concat(arrived).equals(Buffer.concat([full, ...parts]))).toBe(true);
  for (const descriptor of [source.write, target.read, target.write]) closeSync(descriptor);
});

test('the source is closed when the reader is gone', async () => {
  const { source, target, from, start } = pumping();
  closeSync(target.read);
  start();
  writeSync(source.write, 'x');
  await expect.poll(() => from.destroyed).toBe(true);
  expect(() => writeSync(source.write, 'y')).toThrow('EPIPE');
  for (const descriptor of [source.write, target.write]) closeSync(descriptor);
});

test('what may become a hidden line is passed on after a silence, for it may be a prompt', async () => {
  const [source, target] = openPipes(fakeContext(), 2) ?? [];
  if (source === undefined || target === undefined) throw new Error('no pipes here');
  const from = new Socket({ fd: source.read, readable: true, writable: false });
  const filter = markLines({ read: () => true, tooLong: () => {}, hides: true });
  const passage = { from, fromDescriptor: source.read, to: target.write, notice: () => {}, filter };
  const { finish } = pump(passage);
  writeSync(source.write, '::deploytrack x\n:');
  await expect.poll(() => readNow(target.read).toString()).toBe(':');
  await finish();
  for (const descriptor of [source.write, target.read, target.write]) closeSync(descriptor);
});
