import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { cacheStatements } from '../ledger/file/cacheStatements.ts';
import { openOrCreateLedger } from '../ledger/file/create.ts';
import { transaction } from '../ledger/file/transaction.ts';
import { prepareMark } from '../ledger/marks/apply.ts';
import { inventedMonth } from './sampleMonth.ts';
import { marksOf } from './scenario.ts';

/** A ledger of sample deployments, in its own folder that only this account can read. */
export interface SampleLedger {
  readonly path: string;
  remove(): void;
}

export function makeSampleLedger(context: Context): SampleLedger {
  const folder = mkdtempSync(join(context.temporaryFolder(), 'deploytrack-sample-'));
  const path = join(folder, 'sample.db');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const database = openOrCreateLedger(context, { path });
    // Three thousand marks of the same few kinds.
    cacheStatements(database);
    transaction(database, { mode: 'write' }, () => {
      for (const story of inventedMonth(context.instant().wallMs))
        for (const mark of marksOf(story)) prepareMark(context, { database, mark })();
    });
    database.close();
    return { path, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
