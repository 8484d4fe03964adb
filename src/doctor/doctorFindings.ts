import { openDeployments } from '../ledger/deployments.ts';
import type { Database } from '../ledger/file/addon.ts';
import { howToRecover } from '../ledger/file/ledgerProblem.ts';
import { quickCheck } from '../ledger/file/quickCheck.ts';
import { readJournals } from '../ledger/journal/readJournals.ts';
import { isAbandoned, lastMark } from '../ledger/marks/abandoned.ts';
import { deploymentLife, type LifeTest } from '../ledger/marks/deploymentProcesses.ts';
import { lastWarnings } from '../ledger/read/aftermath.ts';
import { liveness } from '../processes.ts';
import { type Waiting, waitingMarks } from '../report/ledger/waitingMarks.ts';
import type { Session } from '../session.ts';
import { driverFindings } from './doctorDriver.ts';
import type { Finding } from './doctorFinding.ts';
import { gatewayFindings } from './doctorGateway.ts';
import { findLedger, unusable } from './doctorLedger.ts';
import { placeFindings } from './doctorPlaces.ts';
import { rightsFindings } from './doctorRights.ts';
import { rowFindings } from './doctorRows.ts';
import { secretFindings } from './doctorSecrets.ts';

/** Checks the ledger, its marks, and the gateway, without changing them. Never throws. */
export async function findings(session: Session): Promise<Finding[]> {
  const found: Finding[] = session.settings.problems.map((problem) => ({
    good: false,
    message: problem.message,
    ...(problem.hint === undefined ? {} : { mend: problem.hint }),
  }));
  found.push(...rightsFindings(session.context, session.store.options.ledgerPath));
  found.push(...(await secretFindings(session.context)));
  found.push(...placeFindings(session));
  found.push(...driverFindings());
  const ledger = await findLedger(session);
  found.push(...ledger.findings);
  try {
    const { database, mayWrite } = ledger;
    if (database !== null) found.push(...(await ledgerFindings(session, { database, mayWrite })));
    found.push(...(await gatewayFindings(session, database)).filter((one) => !isTold(one, found)));
    if (database !== null) found.push(...keptWarnings(database));
  } catch (error) {
    found.push(unusable(session, error));
  }
  return found;
}

/** A secret that cannot be used is already reported; what cannot be sent without it is not a second problem. */
function isTold({ good, message }: Finding, found: readonly Finding[]): boolean {
  return !good && found.some((one) => !one.good && message.startsWith(`${one.message};`));
}

const seen = {
  dead: 'none of its processes is running',
  unknown: 'whether its process is running cannot be determined from here',
} as const;

async function ledgerFindings(
  session: Session,
  { database, mayWrite }: { database: Database; mayWrite: boolean },
): Promise<Finding[]> {
  const { store } = session;
  const sound = soundness(database, store.options.ledgerPath);
  if (!sound.good) return [sound]; // nothing can be written to it, and its other content may be wrong
  return [
    sound,
    ...rowFindings(database),
    ...(await journalFindings(session, { database, mayWrite })),
    ...openFindings(session, database),
  ];
}

/** Each open deployment, and whether the next `start` or `push` would close it as abandoned. */
function openFindings({ context, settings }: Session, database: Database): Finding[] {
  const at = context.instant();
  const abandonAfterMs = settings.durationMs('abandon-after');
  const test: LifeTest = (process) => liveness(context, process);
  return openDeployments(database, {}).map((row) => {
    const life = deploymentLife(database, { deploymentId: row.deploymentId, life: test });
    const idleMs = at.wallMs - lastMark(database, row).wallMs;
    const message = `deployment ${row.deploymentId} (${row.deployment}/${row.environment}) is ${life === 'alive' ? 'running' : `open; its last mark was ${Math.round(idleMs / 1000)} s ago, ${seen[life]}`}`;
    const isOver = isAbandoned(database, { row, at, abandonAfterMs, takeOver: false, life: test });
    return isOver
      ? { good: false, message, mend: `run \`deploytrack finish --id ${row.deploymentId} --abandoned\`` }
      : { good: true, message };
  });
}

function soundness(database: Database, path: string): Finding {
  const wrong = quickCheck(database);
  if (wrong === null) return { good: true, message: `ledger ${path}: integrity check passed` };
  const where = wrong.split('\n').find((line) => !line.startsWith('***')) ?? wrong;
  return { good: false, message: `ledger ${path} is damaged: ${where}`, mend: howToRecover };
}

/** The marks in the journals, and whether the ledger could import them now; nothing is changed. */
async function journalFindings(
  session: Session,
  { database, mayWrite }: { database: Database; mayWrite: boolean },
): Promise<Finding[]> {
  const { context, store } = session;
  const places = store.options;
  const { warnings } = readJournals({ database, places });
  const waiting = waitingMarks(context, { database, places });
  const found: Finding[] = [
    ...warnings.map(({ message, hint: mend }) => ({
      good: false,
      message,
      ...(mend === undefined ? {} : { mend }),
    })),
    ...waiting.map((one) => ({ good: true, ...stillWaiting(one) })),
  ];
  if (!mayWrite) return found;
  try {
    await store.write(() => {}); // checks whether it can be locked and written
    return found.length > 0 ? found : [{ good: true, message: 'the journal is empty' }];
  } catch (error) {
    return [...found, unusable(session, error)];
  }
}

function stillWaiting({ path, marks }: Waiting): { message: string; mend: string } {
  const many = marks === 1 ? '1 mark waits' : marks === null ? 'marks wait' : `${marks} marks wait`;
  return { message: `${many} in ${path}`, mend: 'run any command that records or reports: it imports them' };
}

function keptWarnings(database: Database): Finding[] {
  return lastWarnings(database, 5).map(({ at, message }) => ({
    good: true,
    message: `warning of ${at}: ${message}`,
  }));
}
