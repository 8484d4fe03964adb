import type { DeploytrackError, Warning } from '../../errors.ts';
import { checkDeployment } from '../../ledger/checks/checkDeployment.ts';
import type { ExportedDeployment } from '../../ledger/exchange/exportedDeployment.ts';
import { importDeployment } from '../../ledger/exchange/importDeployment.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { partOfTransaction } from '../../ledger/file/transaction.ts';
import { importMark } from '../../ledger/journal/importJournals.ts';
import { isOfPruned } from '../../ledger/keep/pruned.ts';
import type { Mark } from '../../marks.ts';
import type { Session } from '../../session.ts';
import type { ExportedLine } from './readExport.ts';

/** The result of importing exports, journals and logs. */
export interface ExportImportReport {
  marks: number;
  deployments: number;
  known: number;
  readonly refused: Warning[];
}

/** Imports marks and finished deployments, each exactly once, within the caller's transaction. */
export function importExport(
  session: Session,
  { database, lines }: { database: Database; lines: readonly ExportedLine[] },
): ExportImportReport {
  const report: ExportImportReport = { marks: 0, deployments: 0, known: 0, refused: [] };
  for (const line of inOrderOfTime(lines)) {
    const said = (what: string): Warning => {
      const message = `${line.file}, line ${line.number}, ${what}`;
      return { code: 'IMPORT', message, failed: 'recording' };
    };
    const refused = (why: string): Warning => said(`was rejected: ${why}`);
    const partly = (what: string): Warning => ({
      ...said(`was imported without a part: ${what}`),
      code: partCode,
    });
    const waits = ({ message, hint }: DeploytrackError): Warning => ({
      ...said(`is not imported yet: ${message}`),
      code: partCode,
      hint: `${hint}; the next command imports the mark`,
    });
    const { carried } = line;
    if (carried === null) report.refused.push(refused('it is neither a mark nor a deployment'));
    else if (carried.kind === 'deployment')
      takeInDeployment(session, { database, carried, report, refused, partly });
    else takeInOne(session, { database, mark: carried, report, refused, partly, waits });
  }
  return report;
}

/** A mark or a row that was imported without its invalid parts. */
const partCode = 'IMPORT_PART';

interface Taking {
  readonly database: Database;
  readonly report: ExportImportReport;
  readonly refused: (why: string) => Warning;
  readonly partly: (what: string) => Warning;
}

function takeInOne(
  { context, warnings }: Session,
  { report, ...task }: Taking & { mark: Mark; waits: (why: DeploytrackError) => Warning },
): void {
  const { database, mark } = task;
  const said = isOfPruned(database, mark) ? null : importMark(context, { ...task, author: 'anybody' });
  if (said === null) report.known += 1;
  else if (said.some(({ code }) => code === 'IMPORT')) report.refused.push(...said);
  else {
    report.marks += 1;
    warnings.push(...said.filter(({ code }) => code !== 'UNKNOWN_ID')); // its start may be in another file
  }
}

/** One line that cannot be imported must not keep out the others. */
function takeInDeployment(
  { context, warnings }: Session,
  { database, carried, report, refused, partly }: Taking & { carried: ExportedDeployment },
): void {
  const checked = checkDeployment(carried);
  if ('wrong' in checked) {
    report.refused.push(refused(checked.wrong));
    return;
  }
  const wanted = { carried: checked.carried, wallMs: context.instant().wallMs };
  try {
    const isNew = partOfTransaction(database, () => importDeployment(database, wanted));
    report[isNew ? 'deployments' : 'known'] += 1;
    if (isNew) warnings.push(...checked.leftOut.map(partly));
  } catch (error) {
    if (!database.inTransaction) throw error;
    report.refused.push(refused(error instanceof Error ? error.message : String(error)));
  }
}

/** Marks of several files are sorted by time: a start comes before its phases. Finished deployments come first. */
function inOrderOfTime(lines: readonly ExportedLine[]): ExportedLine[] {
  const timeOf = ({ carried }: ExportedLine): number =>
    carried === null || carried.kind === 'deployment' ? 0 : carried.at.wallMs;
  return [...lines].sort((a, b) => timeOf(a) - timeOf(b));
}

/** As one line. */
export function exportImportText({ marks, deployments, known, refused }: ExportImportReport): string {
  const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
  const parts = [`imported ${many(marks, 'mark')} and ${many(deployments, 'finished deployment')}`];
  if (known > 0) parts.push(`${known} already known`);
  if (refused.length > 0) parts.push(`${refused.length} rejected`);
  return parts.join(', ');
}
