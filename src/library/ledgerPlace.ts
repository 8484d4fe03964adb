import type { Context } from '../context.ts';
import { ledgerPath } from '../settings/ledgerPath.ts';
import { readSettingsFile } from '../settings/readFile.ts';
import { readSettings } from '../settings/settings.ts';
import { judgeTemporary } from '../settings/temporaryFolder.ts';

/** Where the program would look: `DEPLOYTRACK_LEDGER`, the settings file, the default. Throws for a wrong setting. */
export function defaultLedgerPath(context: Context): string {
  const settings = readSettings(context, { options: {}, readFile: readSettingsFile, strictly: true });
  const { path, kind } = ledgerPath(context, settings);
  if (kind === 'temporary') judgeTemporary(context, { path, make: false });
  return path;
}
