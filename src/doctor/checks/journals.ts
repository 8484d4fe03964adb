import type { Database } from '../../ledger/file/addon.ts';
import { readJournals } from '../../ledger/journal/readJournals.ts';
import { type Waiting, waitingMarks } from '../../report/ledger/waitingMarks.ts';
import type { Check, Examined } from '../check.ts';
import { type Finding, ok } from '../finding.ts';
import { unusable } from '../findLedger.ts';

/** The marks in the journals, and whether the ledger could import them now; nothing is changed. */
export const journals: Check = {
  name: 'journals',
  title: 'marks that wait in journals, of this account and of others',
  find: async ({ session, sound, ledger }) => {
    if (sound === null) return [];
    const found = inJournals(session, sound);
    if (!ledger.mayWrite) return found;
    try {
      await session.store.write(() => {}); // checks whether it can be locked and written
      return found.length > 0 ? found : [ok('the journal is empty')];
    } catch (error) {
      return [...found, unusable(session, error)];
    }
  },
};

function inJournals({ context, store }: Examined['session'], database: Database): Finding[] {
  const places = store.options;
  const unread = readJournals({ database, places }).warnings.map(
    ({ message, hint }): Finding => ({
      state: 'wrong',
      message,
      meaning: 'its marks are missing in the ledger',
      fix: hint ?? 'check the file',
    }),
  );
  return [...unread, ...waitingMarks(context, { database, places }).map(stillWaiting)];
}

function stillWaiting({ path, marks }: Waiting): Finding {
  const many = marks === 1 ? '1 mark waits' : marks === null ? 'marks wait' : `${marks} marks wait`;
  return ok(
    `${many} in ${path}`,
    'run any command that records or reports, such as `deploytrack history`: it imports them',
  );
}
