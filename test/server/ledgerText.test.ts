import { join } from 'node:path';
import { expect, test } from 'vitest';
import { marksOfNumber } from '../../scripts/million/marksOfNumber.ts';
import type { Database } from '../../src/ledger/file/addon.ts';
import { cacheStatements } from '../../src/ledger/file/cacheStatements.ts';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { transaction } from '../../src/ledger/file/transaction.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import { LedgerText } from '../../src/server/metrics/ledgerText.ts';
import { fakeContext } from '../support/context.ts';
import { newProgram } from '../support/program.ts';

const context = fakeContext();
const untilMs = context.instant().wallMs;

/** A ledger with the deployments of these numbers, on up to 40 hosts and names. */
function ledgerWith(numbers: readonly number[]): Database {
  const database = openOrCreateLedger(context, { path: join(newProgram().folder, 'd.db') });
  cacheStatements(database);
  deploy(database, numbers);
  return database;
}

function deploy(database: Database, numbers: readonly number[]): void {
  transaction(database, { mode: 'write' }, () => {
    for (const number of numbers)
      for (const mark of marksOfNumber(number, { count: 1000, fromMs: untilMs - 86_400_000, untilMs }))
        applyMark(context, { database, mark });
  });
}

const range = (from: number, until: number) =>
  Array.from({ length: until - from }, (_, index) => from + index);
const whole = (database: Database) => new LedgerText().read(async () => database);

test('the text of many groups is made in turns, between which the server answers others', async () => {
  const database = ledgerWith(range(0, 60));
  let [turns, others] = [0, 0];
  const timer = setInterval(() => {
    others += 1;
  }, 0);
  const text = await new LedgerText().read(async () => {
    turns += 1;
    return database;
  });
  clearInterval(timer);
  const groups = new Set(
    [...text.matchAll(/^deployment_info\{.*?instance="([^"]+)"/gm)].map(([, name]) => name),
  ).size;
  expect(groups).toBeGreaterThan(10);
  expect(turns).toBeGreaterThanOrEqual(groups / 4);
  expect(others).toBeGreaterThan(0);
  database.close();
});

test('marks that are made between the turns are in the text, and what changes later is in the next one', async () => {
  const database = ledgerWith(range(0, 60));
  const read = new LedgerText();
  let next = 60;
  const text = await read.read(async () => {
    if (next < 66) deploy(database, [next++]);
    return database;
  });
  expect(next).toBe(66);
  expect(text).toBe(await whole(database));
  deploy(database, [66]);
  const later = await read.read(async () => database);
  expect(later).toBe(await whole(database));
  expect(later).not.toBe(text);
  database.close();
});

test('a ledger that replaces another between the turns is shown without the rest of the first', async () => {
  const [first, second] = [ledgerWith(range(0, 60)), ledgerWith([70])];
  let turns = 0;
  const text = await new LedgerText().read(async () => {
    turns += 1;
    return turns < 3 ? first : second;
  });
  expect(text).toBe(await whole(second));
  for (const database of [first, second]) database.close();
});
