import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { writeWhenFree } from '../../src/ledger/file/transaction.ts';
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

test('a mark waits for the disk, even after this process has noted what it pushed', async () => {
  const { write } = durableLedger();
  expect(await write(true)).toBe(full);
  expect(await write(false)).toBe(normal);
  expect(await write(true)).toBe(full);
});

test('the connection waits for the disk again after a failed note', async () => {
  const { write, synchronous } = durableLedger();
  const failing = write(false, () => {
    throw new Error('of the note');
  });
  await expect(failing).rejects.toThrow('of the note');
  expect(synchronous()).toBe(full);
});
