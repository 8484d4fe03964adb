import { emptyLedger } from '../file/emptyLedger.ts';
import { type SentColumn, sentColumns } from './columns.ts';

/** The columns of the tables whose rows are sent, without any ledger. */
export function emptyColumns(): ReadonlyMap<string, readonly SentColumn[]> {
  const database = emptyLedger();
  try {
    return sentColumns(database);
  } finally {
    database.close();
  }
}
