import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { cacheStatements } from '../../src/ledger/file/cacheStatements.ts';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { transaction } from '../../src/ledger/file/transaction.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import { foldAll } from '../../src/ledger/rollups/keepUp.ts';
import { fakeContext } from '../../test/support/context.ts';
import { marksOfNumber } from './marksOfNumber.ts';

const atOnce = 500;
const yearMs = 365 * 86_400_000;

/** Makes the ledger; false if the arguments are wrong. */
export async function main([file, said = '1000000']: readonly string[]): Promise<boolean> {
  const count = Number(said);
  if (file === undefined || !Number.isInteger(count) || count < 1) {
    process.stderr.write('usage: scripts/million-ledger <file> [<deployments>]\n');
    return false;
  }
  const path = resolve(file);
  if (existsSync(path)) {
    process.stderr.write(`${path} exists\n`);
    return false;
  }
  const began = Date.now();
  const context = fakeContext({ now: began });
  const database = openOrCreateLedger(context, { path });
  cacheStatements(database);
  // Nobody needs half of it.
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -1000000');
  for (let from = 0; from < count; from += atOnce) {
    transaction(database, { mode: 'write' }, () => {
      for (let number = from; number < Math.min(count, from + atOnce); number += 1)
        for (const mark of marksOfNumber(number, { count, fromMs: began - yearMs, untilMs: began }))
          applyMark(context, { database, mark });
    });
    if (from % 20_000 === 0) say(from, { count, began });
  }
  // As the commands and the server would have done in the meantime.
  database.pragma('synchronous = FULL');
  await foldAll(context, { database, sliceMs: 1000 });
  database.close();
  say(count, { count, began });
  return true;
}

function say(made: number, { count, began }: { count: number; began: number }): void {
  process.stderr.write(`${made} of ${count} deployments, ${Math.round((Date.now() - began) / 1000)} s\n`);
}
