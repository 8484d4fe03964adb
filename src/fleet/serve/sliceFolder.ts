import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { openOrCreateLedger } from '../../ledger/file/create.ts';
import { SliceFile } from '../../ledger/sync/sliceFile.ts';

/** A slice of a store, in its own folder that only this account can read. */
export interface SliceFolder {
  readonly path: string;
  readonly slice: SliceFile;
  remove(): void;
}

export function makeSliceFolder(context: Context): SliceFolder {
  const folder = mkdtempSync(join(context.temporaryFolder(), 'deploytrack-store-'));
  const path = join(folder, 'store.db');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const slice = new SliceFile(openOrCreateLedger(context, { path }));
    return {
      path,
      slice,
      remove() {
        slice.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
