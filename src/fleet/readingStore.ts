import { usageError } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import type { Session } from '../session.ts';
import { readSlice, type Slice } from './slice.ts';
import { storeSetting } from './storeSetting.ts';

/** What a reading command reads with `--store`, instead of the ledger. */
export async function readingStore(
  session: Session,
  { said, ...slice }: Slice & { said: string | true },
): Promise<Database> {
  const address = await storeSetting(session, said);
  if (address === null)
    throw usageError(
      `${session.command.name}: no store is set`,
      'use --store postgres://user@host/database, or set DEPLOYTRACK_STORE_URL',
    );
  return readSlice(session.context, address, slice);
}
