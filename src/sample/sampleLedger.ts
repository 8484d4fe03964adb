import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { transaction } from '../ledger/file/transaction.ts';
import type { Cold } from '../session.ts';
import { inventedMonth } from './sampleMonth.ts';
import { marksOf } from './scenario.ts';

/** A ledger of invented deployments, in a folder of its own that nobody else may read. */
export interface SampleLedger {
  readonly path: string;
  remove(): void;
}

export function makeSampleLedger(context: Context, cold: Cold): SampleLedger {
  const folder = mkdtempSync(join(context.temporaryFolder(), 'deploytrack-sample-'));
  const path = join(folder, 'sample.db');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const database = cold.openOrCreateLedger(context, { path });
    transaction(database, { mode: 'write' }, () => {
      for (const story of inventedMonth(context.instant().wallMs))
        for (const mark of marksOf(story)) cold.prepareMark(context, { database, mark })();
    });
    database.close();
    return { path, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
