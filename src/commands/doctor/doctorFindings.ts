import type { Warning } from '../../errors.ts';
import { openDeployments } from '../../ledger/deployments.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { howToRecover } from '../../ledger/file/ledgerProblem.ts';
import { hasUnread } from '../../ledger/journal/unread.ts';
import { lastMark } from '../../ledger/marks/abandoned.ts';
import { deploymentLife } from '../../ledger/marks/keptProcesses.ts';
import { liveness } from '../../processes.ts';
import type { Session } from '../../session.ts';
import { waitingMarks, waitingWarning } from '../reading/waitingMarks.ts';
import type { Finding } from './doctorFinding.ts';
import { gatewayFindings } from './doctorGateway.ts';
import { findLedger, unusable } from './doctorLedger.ts';
import { placeFindings } from './doctorPlaces.ts';
import { rightsFindings } from './doctorRights.ts';
import { secretFindings } from './doctorSecrets.ts';

/** Looks at the ledger, its marks, and the gateway; migrates an older ledger on the way. Never throws. */
export async function findings(session: Session): Promise<Finding[]> {
  const found: Finding[] = session.settings.problems.map((problem) => ({
    good: false,
    message: problem.message,
    ...(problem.hint === undefined ? {} : { mend: problem.hint }),
  }));
  found.push(...rightsFindings(session.context, session.store.options.ledgerPath));
  found.push(...(await secretFindings(session.context)));
  found.push(...placeFindings(session));
  const ledger = await findLedger(session);
  found.push(...ledger.findings);
  try {
    if (ledger.database === null) found.push(...(await gatewayFindings(session, null)));
    else
      found.push(
        ...(await ledgerFindings(session, { database: ledger.database, mayWrite: ledger.mayWrite })),
        ...(await gatewayFindings(session, ledger.database)),
        ...keptWarnings(ledger.database),
      );
  } catch (error) {
    found.push(unusable(session, error));
  }
  return found;
}

const seen = {
  dead: 'none of its processes alive',
  unknown: 'whether its process lives cannot be seen from here',
} as const;

async function ledgerFindings(
  session: Session,
  { database, mayWrite }: { database: Database; mayWrite: boolean },
): Promise<Finding[]> {
  const { context, store } = session;
  const sound = soundness(database, store.options.ledgerPath);
  if (!sound.good) return [sound]; // nothing is to be written into it, and what it says of the rest may be wrong
  const found: Finding[] = [sound, ...(await journalFindings(session, { database, mayWrite }))];
  for (const row of openDeployments(database, {})) {
    const life = deploymentLife(database, {
      deploymentId: row.deploymentId,
      life: (process) => liveness(context, process),
    });
    const idleMs = context.instant().wallMs - lastMark(database, row).wallMs;
    const message = `deployment ${row.deploymentId} (${row.deployment}/${row.environment}) is ${life === 'alive' ? 'running' : `open, its last mark ${Math.round(idleMs / 1000)} s ago and ${seen[life]}`}`;
    found.push(
      life === 'alive' || idleMs < 3_600_000
        ? { good: true, message }
        : { good: false, message, mend: `deploytrack finish --id ${row.deploymentId} --abandoned` },
    );
  }
  return found;
}

function soundness(database: Database, path: string): Finding {
  const sound = database.pragma('quick_check', { simple: true }) as string;
  if (sound === 'ok') return { good: true, message: `the ledger ${path} is sound` };
  const where = sound.split('\n').find((line) => !line.startsWith('***')) ?? sound;
  return { good: false, message: `the ledger ${path} is damaged: ${where}`, mend: howToRecover };
}

async function journalFindings(
  session: Session,
  { database, mayWrite }: { database: Database; mayWrite: boolean },
): Promise<Finding[]> {
  const { context, store } = session;
  const places = store.options;
  if (!hasUnread(database, places) && !mayWrite) return [];
  const waiting = waitingMarks(context, { database, places });
  try {
    const taken: Warning[] = [];
    await store.takeIn(taken);
    const message =
      waiting.length > 0 ? 'marks waited in the journal: taken in' : 'no marks wait in the journal';
    return [{ good: true, message }, ...taken.map((warning) => ({ good: false, message: warning.message }))];
  } catch (error) {
    const told = waiting.map((one) => waitingWarning(one, 'they could not be taken in').message);
    return [
      ...(mayWrite ? [unusable(session, error)] : []),
      ...told.map((message) => ({ good: true, message })),
    ];
  }
}

function keptWarnings(database: Database): Finding[] {
  const last = database.prepare('SELECT at, message FROM warnings ORDER BY id DESC LIMIT 5').all() as {
    at: string;
    message: string;
  }[];
  return last.map(({ at, message }) => ({ good: true, message: `warning of ${at}: ${message}` }));
}
