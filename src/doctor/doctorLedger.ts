import { dirname } from 'node:path';
import type { Database } from '../ledger/file/addon.ts';
import { noLedgerYet } from '../ledger/file/identity.ts';
import { obstacle } from '../ledger/file/ledgerProblem.ts';
import { lockHolder } from '../ledger/file/lockHolder.ts';
import { asLedgerError } from '../ledger/file/open.ts';
import { openForReading } from '../ledger/file/openForReading.ts';
import { refusedLocks } from '../ledger/file/refusedLocks.ts';
import { waitWhileLocked } from '../ledger/file/transaction.ts';
import { waitingMarks } from '../report/ledger/waitingMarks.ts';
import type { Session } from '../session.ts';
import type { Finding } from './doctorFinding.ts';

/** The ledger as far as it is accessible: writable, readable, or not at all, with the problem in that case. */
export interface FoundLedger {
  readonly database: Database | null;
  readonly mayWrite: boolean;
  readonly findings: readonly Finding[];
}

/** Creates no ledger. Never throws. */
export async function findLedger(session: Session): Promise<FoundLedger> {
  try {
    return { database: await session.store.database(), mayWrite: true, findings: [] };
  } catch (error) {
    if (codeOf(error) === 'NO_LEDGER') return { database: null, mayWrite: false, findings: none(session) };
    const finding = unusable(session, error);
    return { database: await readable(session), mayWrite: false, findings: [finding] };
  }
}

function none({ context, store }: Session): Finding[] {
  const path = store.options.ledgerPath;
  const { message } = noLedgerYet(path);
  const waiting = waitingMarks(context, { database: null, places: store.options });
  const obstructs = obstacle(path) ?? (waiting.length === 0 ? null : refusedLocks(dirname(path)));
  if (obstructs !== null)
    return [{ good: false, message: `the ledger ${path} ${obstructs.problem}`, mend: obstructs.hint }];
  if (waiting.length === 0) return [{ good: true, message, mend: 'run `deploytrack start` to create it' }];
  const where = waiting.map((one) => one.path).join(', ');
  return [{ good: false, message: `${message}, and marks wait in ${where}`, mend: 'run `deploytrack init`' }];
}

/** Opens what this account may still read; another finding reports what it may not. */
async function readable({ context, store }: Session): Promise<Database | null> {
  const { ledgerPath: path, ledgerTimeoutMs: timeoutMs } = store.options;
  const attempt = () => openForReading(path, { how: 'read', leftOut: () => {} });
  try {
    return (await waitWhileLocked(context, { timeoutMs, path, attempt }))?.database ?? null;
  } catch {
    return null;
  }
}

/** Why the ledger cannot be used, and how to fix that. */
export function unusable({ store }: Session, thrown: unknown): Finding {
  const error = asLedgerError(thrown, store.options.ledgerPath);
  const { message, hint } = error as { message: string; hint?: string };
  const mend = sendsHere(hint) ? howToGoOn(error, store.options.ledgerPath) : hint;
  return { good: false, message, ...(mend === undefined ? {} : { mend }) };
}

/** Hints that point to `doctor` are useless in `doctor` itself. */
function sendsHere(hint: string | undefined): boolean {
  return hint === undefined || hint.includes('deploytrack doctor');
}

function howToGoOn(error: unknown, ledgerPath: string): string {
  if (codeOf(error) === 'LEDGER_BUSY') return howToUnlock(ledgerPath);
  return `run \`sqlite3 ${ledgerPath} .schema\` to see whether SQLite can open it, or set another file with --ledger`;
}

function howToUnlock(ledgerPath: string): string {
  const holder = lockHolder(ledgerPath);
  if (holder === null)
    return 'run `fuser -v` on the file to see which process uses it; until it is free, marks go to the journal';
  return `wait for ${holder.program}, process ${holder.pid}, which holds it; until then, marks go to the journal`;
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
