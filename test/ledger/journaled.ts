import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { partOfTransaction, transaction } from '../../src/ledger/file/transaction.ts';
import { openJournals } from '../../src/ledger/journal/importJournals.ts';
import { appendToJournal } from '../../src/ledger/journal/journal.ts';
import { hasUnread, journalPaths } from '../../src/ledger/journal/unread.ts';
import type { Mark } from '../../src/marks.ts';
import type { FakeOverrides } from '../support/context.ts';
import { ledgerWorld } from './ledgerWorld.ts';

export const uid = process.getuid?.() as number;
export const codes = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code);

/** A ledger with its journal next to it and a fallback folder. */
export function journaled(overrides: FakeOverrides = {}) {
  const world = ledgerWorld({ uid, ...overrides });
  const fallback = join(dirname(world.path), 'fallback');
  mkdirSync(fallback);
  const places = { ledgerPath: world.path, fallbackFolders: [fallback], uid };
  const [, beside = '', inOwn = '', elsewhere = ''] = journalPaths(places);
  const at = world.context.instant();
  const { context, database } = world;
  const steps = () => openJournals(context, { database, places }).steps;
  /** Reads the waiting marks; the returned function imports them. */
  const open = () => {
    const read = steps();
    const take = () => read.flatMap((step) => step(database));
    return () =>
      database.inTransaction
        ? partOfTransaction(database, take)
        : transaction(database, { mode: 'write' }, take);
  };
  return {
    world,
    places,
    beside,
    inOwn,
    elsewhere,
    fallback,
    at,
    keep: (mark: Mark) => appendToJournal(mark, places),
    steps,
    open,
    takeIn: () => open()(),
    unread: () => hasUnread(world.database, places),
    stages: () => world.rows('SELECT stage FROM deployment_stages ORDER BY id').map((row) => row.stage),
  };
}
