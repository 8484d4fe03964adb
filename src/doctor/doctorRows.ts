import type { Database } from '../ledger/file/addon.ts';
import { lookAtAll, withFitRows } from '../ledger/fit/views.ts';
import type { Finding } from './doctorFinding.ts';

/** The number of rows that are listed one by one. */
const mostNamed = 20;

/** Rows, and values of rows, that reports leave out: no version of deploytrack has written them. */
export function rowFindings(database: Database): Finding[] {
  const wrong: string[] = [];
  const leftOut = (what: string) => wrong.push(what);
  withFitRows(database, { tables: 'all', leftOut, work: () => lookAtAll(database) });
  const mend = 'check it with sqlite3, then fix or delete it; until then, reports leave it out';
  const named = wrong.slice(0, mostNamed).map((message) => ({ good: false, message, mend }));
  const more = wrong.length - named.length;
  return more === 0
    ? named
    : [...named, { good: false, message: `${more} more rows hold invalid values`, mend }];
}
