import { lookAtAll, withFitRows } from '../../ledger/fit/views.ts';
import { typedPath } from '../../text/shellArgument.ts';
import type { Check } from '../check.ts';
import { type Finding, wrong } from '../finding.ts';

/** The number of rows that are listed one by one. */
const mostNamed = 20;

/** Rows, and values of rows, that reports leave out: no version of deploytrack has written them. */
export const rows: Check = {
  name: 'rows',
  title: 'rows with invalid values',
  find: ({ session, sound }) => {
    if (sound === null) return [];
    const invalid: string[] = [];
    const leftOut = (what: string) => invalid.push(what);
    withFitRows(sound, { tables: 'all', leftOut, work: () => lookAtAll(sound) });
    const fix = `check it with \`sqlite3 ${typedPath(session.store.options.ledgerPath)}\`, then fix or delete it`;
    const meaning = 'no version of deploytrack has written it; reports leave it out';
    const tell = (message: string): Finding => wrong({ message, meaning, fix });
    const more = invalid.length - mostNamed;
    return [
      ...invalid.slice(0, mostNamed).map(tell),
      ...(more > 0 ? [tell(`${more} more rows hold invalid values`)] : []),
    ];
  },
};
