import type { Context } from '../context.ts';
import { ledgerPath } from '../settings/ledgerPath.ts';
import { readSettingsFile } from '../settings/readFile.ts';
import { readSettings } from '../settings/settings.ts';
import { judgeTemporary } from '../settings/temporaryFolder.ts';

/**
 * The ledger that the program would use: `DEPLOYTRACK_LEDGER`, the settings file, the default. Throws for an invalid
 * setting.
 */
export function defaultLedgerPath(context: Context): string {
  const settings = readSettings(context, { options: {}, readFile: readSettingsFile, strictly: true });
  const { path, kind } = ledgerPath(context, settings);
  if (kind === 'temporary') judgeTemporary(context, { path, make: false });
  return path;
}
