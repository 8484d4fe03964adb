import type { Check } from '../check.ts';

/** Whether the ledger can be opened and passes its integrity check: both were determined before all checks. */
export const soundness: Check = {
  name: 'ledger',
  title: 'whether the ledger can be used and is undamaged',
  find: ({ ledger }) => ledger.findings,
};
