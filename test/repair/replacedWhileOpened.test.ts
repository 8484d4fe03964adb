import { copyFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { openLedger } from '../../src/ledger/file/open.ts';
import { existing } from '../ledger/newLedger.ts';

/** Locks a ledger as a repair does, and once it is being opened, replaces it and lets the other one go on. */
const replacing = `
  const { workerData: { path, state } } = require('node:worker_threads');
  const { existsSync, readdirSync, readlinkSync, renameSync } = require('node:fs');
  const isIt = (fd) => { try { return readlinkSync('/proc/self/fd/' + fd) === path; } catch { return false; } };
  const isOpening = () => readdirSync('/proc/self/fd').filter(isIt).length > 1;
  const database = new (require('better-sqlite3'))(path);
  database.pragma('locking_mode = EXCLUSIVE');
  database.exec('BEGIN IMMEDIATE; COMMIT');
  Atomics.store(state, 0, 1);
  Atomics.notify(state, 0);
  Atomics.wait(state, 0, 1);
  while (existsSync('/proc/self/fd') && Atomics.load(state, 0) === 2 && !isOpening());
  renameSync(path + '.new', path);
  database.close();
`;

test('a ledger that a repair replaces while it is opened is opened again: no mark goes into the damaged one', async () => {
  const path = existing();
  copyFileSync(path, `${path}.new`);
  const state = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(replacing, { eval: true, workerData: { path, state } });
  const ended = new Promise((done) => worker.once('exit', done));
  Atomics.wait(state, 0, 0);
  Atomics.store(state, 0, 2);
  Atomics.notify(state, 0);
  try {
    expect(() => openLedger(path)?.close()).toThrow(expect.objectContaining({ code: 'LEDGER_BUSY' }));
  } finally {
    Atomics.store(state, 0, 3);
  }
  await ended;
  openLedger(path)?.close();
});
