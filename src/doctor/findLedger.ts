import { dirname } from 'node:path';
import type { Database } from '../ledger/file/addon.ts';
import { noLedgerYet } from '../ledger/file/identity.ts';
import { howToRecover, obstacle } from '../ledger/file/ledgerProblem.ts';
import { lockHolder } from '../ledger/file/lockHolder.ts';
import { asLedgerError } from '../ledger/file/open.ts';
import { openForReading } from '../ledger/file/openForReading.ts';
import { quickCheck } from '../ledger/file/quickCheck.ts';
import { refusedLocks } from '../ledger/file/refusedLocks.ts';
import { waitWhileLocked } from '../ledger/file/transaction.ts';
import { waitingMarks } from '../report/ledger/waitingMarks.ts';
import type { Session } from '../session.ts';
import { typedPath } from '../text/shellArgument.ts';
import { type Finding, ok, wrong } from './finding.ts';
import { withLedgerCommand } from './ledgerCommand.ts';

/** The ledger as far as it is accessible: writable, readable, or not at all, with the problem in that case. */
export interface FoundLedger {
  readonly database: Database | null;
  /** The same if its integrity check passed. */
  readonly sound: Database | null;
  readonly mayWrite: boolean;
  readonly findings: readonly Finding[];
}

/** Creates no ledger. Never throws. */
export async function findLedger(session: Session): Promise<FoundLedger> {
  try {
    return checked(session, { database: await session.store.database(), mayWrite: true, findings: [] });
  } catch (error) {
    if (codeOf(error) === 'NO_LEDGER')
      return { database: null, sound: null, mayWrite: false, findings: none(session) };
    const findings = [unusable(session, error)];
    return checked(session, { database: await readable(session), mayWrite: false, findings });
  }
}

/** With the result of the integrity check. What a damaged ledger says may be wrong. */
function checked({ store }: Session, found: Omit<FoundLedger, 'sound'>): FoundLedger {
  const { database, findings } = found;
  if (database === null) return { ...found, sound: null };
  const path = store.options.ledgerPath;
  const damage = damageOf(database);
  if (damage === null)
    return {
      ...found,
      sound: database,
      findings: [...findings, ok(`ledger ${path}: integrity check passed`)],
    };
  const finding = wrong({
    message: `ledger ${path} is damaged: ${damage}`,
    meaning: 'marks that touch the damaged part wait in the journal; reports may be incomplete',
    fix: howToRecover,
  });
  return { ...found, sound: null, findings: [...findings, finding] };
}

function damageOf(database: Database): string | null {
  try {
    return quickCheck(database);
  } catch (error) {
    return (error as Error).message;
  }
}

function none({ context, store }: Session): readonly Finding[] {
  const path = store.options.ledgerPath;
  const { message } = noLedgerYet(path);
  const waiting = waitingMarks(context, { database: null, places: store.options });
  const obstructs = obstacle(path) ?? (waiting.length === 0 ? null : refusedLocks(dirname(path)));
  if (obstructs !== null)
    return [
      wrong({
        message: `the ledger ${path} ${obstructs.problem}`,
        meaning: toJournal,
        fix: withLedgerCommand(obstructs.hint),
      }),
    ];
  if (waiting.length === 0) return [ok(message, 'run `deploytrack start` to create it')];
  const where = waiting.map((one) => one.path).join(', ');
  return [
    wrong({
      message: `${message}, and marks wait in ${where}`,
      meaning: 'reports and metrics do not have them yet',
      fix: 'run `deploytrack init`',
    }),
  ];
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

const toJournal = 'marks go to the journal; commands still run, and nothing is pushed';

/** Why the ledger cannot be used, and how to fix that. */
export function unusable({ store }: Session, thrown: unknown): Finding {
  const error = asLedgerError(thrown, store.options.ledgerPath);
  const { message, hint } = error as { message: string; hint?: string };
  const fix = sendsHere(hint) ? howToGoOn(error, store.options.ledgerPath) : (hint ?? '');
  return wrong({ message, meaning: toJournal, fix: withLedgerCommand(fix) });
}

/** Hints that point to `doctor` are useless in `doctor` itself. */
function sendsHere(hint: string | undefined): boolean {
  return hint === undefined || /deploytrack doctor(?! --repair)/.test(hint);
}

function howToGoOn(error: unknown, ledgerPath: string): string {
  if (codeOf(error) === 'LEDGER_BUSY') return howToUnlock(ledgerPath);
  return `run \`sqlite3 ${typedPath(ledgerPath)} .schema\` to see whether SQLite can open it, or set another file with --ledger`;
}

function howToUnlock(ledgerPath: string): string {
  const holder = lockHolder(ledgerPath);
  const wait =
    'run `deploytrack doctor --ledger-timeout 60s` to wait for it; until then, marks go to the journal';
  if (holder === null)
    return `run \`fuser -v ${typedPath(ledgerPath)}\` to see which process uses it, then ${wait}`;
  return `check ${holder.program}, process ${holder.pid}, which holds it, or ${wait}`;
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
