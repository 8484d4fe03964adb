import type { Context } from '../context.ts';
import { ledgerPath } from '../settings/ledgerPath.ts';
import { readSettingsFile } from '../settings/readFile.ts';
import { readSettings } from '../settings/settings.ts';

/** Where the program would look: `DEPLOYTRACK_LEDGER`, the settings file, the host's folder. Throws for a wrong setting. */
export function defaultLedgerPath(context: Context): string {
  const settings = readSettings(context, { options: {}, readFile: readSettingsFile, strictly: true });
  return ledgerPath(context, settings).path;
}
