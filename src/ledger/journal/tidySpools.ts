import { unlinkSync } from 'node:fs';
import type { Context } from '../../context.ts';
import type { Database } from '../file/addon.ts';
import { spoolPaths } from './spool.ts';
import { journalFile, positionIn } from './unread.ts';

/** A writer opens its journal again after half of that time, so that it never writes to a removed one. */
const keepIdleMs = 3_600_000;

/** Removes journals of single processes that are imported and were not written to for an hour. Never throws. */
export function tidySpools(
  context: Context,
  { database, ledgerPath }: { database: Database; ledgerPath: string },
): void {
  for (const path of spoolPaths(ledgerPath)) {
    const file = journalFile(path);
    if (file === null || context.instant().wallMs - file.changedMs <= keepIdleMs) continue;
    if (file.size > positionIn(database, file.id)) continue;
    try {
      unlinkSync(path);
    } catch {
      // Another process has removed it, or may.
    }
  }
}
