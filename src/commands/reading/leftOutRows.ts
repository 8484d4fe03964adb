import type { Warning } from '../../errors.ts';
import type { LeftOut } from '../../ledger/fit/views.ts';

/** So many are named one by one. */
const mostNamed = 5;

/** One warning for each row of the ledger that is left out of an answer, or value of one; of many the first alone. */
export function tellLeftOut(tell: (warning: Warning) => void): LeftOut {
  let count = 0;
  return (what) => {
    count += 1;
    if (count > mostNamed + 1) return;
    const message =
      count > mostNamed
        ? 'more rows of the ledger hold what they cannot'
        : `the ledger holds what it cannot: ${what}`;
    tell({ code: 'LEDGER_ROW', message, hint: '`deploytrack doctor` names them all' });
  };
}
