import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { writeWhenFree } from '../../src/ledger/file/whileLocked.ts';
import { fakeContext } from '../support/context.ts';

const full = 2;
const normal = 1;

function durableLedger() {
  const context = fakeContext();
  const path = join(mkdtempSync(join(tmpdir(), 'durable-')), 'deployments.db');
  const database = openOrCreateLedger(context, { path });
  onTestFinished(() => void database.close());
  const synchronous = () => database.pragma('synchronous', { simple: true });
  const write = (durable: boolean, work: () => unknown = synchronous) =>
    writeWhenFree(context, { database, timeoutMs: 500, work, durable });
  return { synchronous, write };
}

test('A mark waits for the disk, also in a process that has noted what it sent.', async () => {
  const { write } = durableLedger();
  expect(await write(true)).toBe(full);
  expect(await write(false)).toBe(normal);
  expect(await write(true)).toBe(full);
});

test('A note that fails leaves the connection waiting for the disk.', async () => {
  const { write, synchronous } = durableLedger();
  const failing = write(false, () => {
    throw new Error('of the note');
  });
  await expect(failing).rejects.toThrow('of the note');
  expect(synchronous()).toBe(full);
});
