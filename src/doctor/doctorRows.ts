import type { Database } from '../ledger/file/addon.ts';
import { lookAtAll, withFitRows } from '../ledger/fit/views.ts';
import type { Finding } from './doctorFinding.ts';

/** So many are named one by one. */
const mostNamed = 20;

/** Rows, and values of rows, that reports leave out: no version of ours has written them. */
export function rowFindings(database: Database): Finding[] {
  const wrong: string[] = [];
  const leftOut = (what: string) => wrong.push(what);
  withFitRows(database, { tables: 'all', leftOut, work: () => lookAtAll(database) });
  const mend = 'reports go on without it; look at it with sqlite3, and mend or delete it';
  const named = wrong.slice(0, mostNamed).map((message) => ({ good: false, message, mend }));
  const more = wrong.length - named.length;
  return more === 0
    ? named
    : [...named, { good: false, message: `${more} more rows hold what they cannot`, mend }];
}
