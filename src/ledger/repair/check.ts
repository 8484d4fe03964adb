import { openFile } from '../file/open.ts';
import { applicationId, schemaVersion } from '../file/schemaVersion.ts';
import type { Schema } from './shapes.ts';

/**
 * What is wrong with a copy of a ledger, in SQLite's words; null if nothing is. The copy is opened for writing: its log
 * is written back. `known`: the schemas of all versions, the newest first.
 */
export function damageOf(copy: string, known: readonly Schema[]): string | null {
  try {
    const database = openFile(copy);
    try {
      const found = database.pragma('integrity_check(1)', { simple: true }) as string;
      if (found !== 'ok') return found.split('\n').find((line) => !line.startsWith('***')) ?? found;
      if (database.pragma('application_id', { simple: true }) !== applicationId)
        return 'its owner is not named';
      const version = database.pragma('user_version', { simple: true }) as number;
      if (version > schemaVersion) return null; // refused by its version, not repaired
      const names = new Set(database.prepare('SELECT name FROM sqlite_master').pluck().all());
      const needed = known.find((schema) => schema.version === version) ?? known.at(-1);
      const lacking = needed?.rows.find(({ name }) => !names.has(name));
      if (lacking !== undefined) return `${lacking.type} ${lacking.name} is missing`;
      const hasId = database.prepare('SELECT 1 FROM ledger').get() !== undefined;
      return hasId ? null : 'its ID is missing';
    } finally {
      database.close();
    }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (/^(SQLITE_FULL|ENOSPC|EDQUOT|LEDGER_FULL|ADDON_MISSING)/.test(code ?? '')) throw error;
    return message.replace(`the ledger ${copy} `, '').replace(/^is damaged: /, '');
  }
}
