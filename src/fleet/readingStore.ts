import type { Database } from '../ledger/file/addon.ts';
import type { Session } from '../session.ts';
import { readSlice, type Slice } from './slice.ts';
import { requiredStore } from './storeSetting.ts';

/** What a reading command reads with `--store`, instead of the ledger. */
export async function readingStore(
  session: Session,
  { said, ...slice }: Slice & { said: string | true },
): Promise<Database> {
  return readSlice(session.context, await requiredStore(session, said), slice);
}
