import { openFile } from '../file/open.ts';
import { firstLine } from '../file/quickCheck.ts';
import { applicationId, schemaVersion } from '../file/schemaVersion.ts';
import type { Schema } from './shapes.ts';

/** Whether an error is about the content of a file, and not about its disk, rights or memory. */
export function isDamage(error: unknown): boolean {
  const { code, message, cause } = error as { code?: string; message: string; cause?: unknown };
  if (/^(SQLITE_(CORRUPT|NOTADB)|LEDGER_(DAMAGED|NOT_OURS)$)/.test(code ?? '')) return true;
  if (code === 'SQLITE_ERROR') return /malformed database schema|unsupported file format/.test(message);
  return cause instanceof Error && isDamage(cause);
}

/**
 * What is wrong with a copy of a ledger, in SQLite's words; null if nothing is. The copy is opened for writing: its log
 * is written back. `known`: the schemas of all versions, the newest first.
 */
export function damageOf(copy: string, known: readonly Schema[]): string | null {
  try {
    const database = openFile(copy);
    try {
      const found = database.pragma('integrity_check(1)', { simple: true }) as string;
      if (found !== 'ok') return firstLine(found);
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
    if (!isDamage(error)) throw error;
    const { cause, message } = error as { cause?: { message?: string }; message: string };
    return cause?.message ?? message;
  }
}
