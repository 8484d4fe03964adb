import type { DeploytrackError, Warning } from '../../errors.ts';
import { checkDeployment } from '../../ledger/checks/checkDeployment.ts';
import type { ExportedDeployment } from '../../ledger/exchange/exportedDeployment.ts';
import { importDeployment } from '../../ledger/exchange/importDeployment.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { partOfTransaction } from '../../ledger/file/transaction.ts';
import { importMark } from '../../ledger/journal/importJournals.ts';
import type { Mark } from '../../marks.ts';
import type { Session } from '../../session.ts';
import type { ExportedLine } from './readExport.ts';

/** What became of the lines of exports, journals and logs. */
export interface ExportImportReport {
  marks: number;
  deployments: number;
  known: number;
  readonly refused: Warning[];
}

/** Takes in marks and finished deployments, each exactly once, inside the caller's transaction. */
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
    const refused = (why: string): Warning => said(`was refused: ${why}`);
    const partly = (what: string): Warning => ({
      ...said(`was taken in without a part: ${what}`),
      code: partCode,
    });
    const waits = ({ message, hint }: DeploytrackError): Warning => ({
      ...said(`waits: ${message}`),
      code: partCode,
      hint: `${hint}; the next command takes the mark in`,
    });
    const { carried } = line;
    if (carried === null) report.refused.push(refused('it is neither a mark nor a deployment'));
    else if (carried.kind === 'deployment')
      takeInDeployment(session, { database, carried, report, refused, partly });
    else takeInOne(session, { database, mark: carried, report, refused, partly, waits });
  }
  return report;
}

/** Of a mark or a row that was taken in without what did not fit. */
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
  const said = importMark(context, { ...task, author: 'anybody' });
  if (said === null) report.known += 1;
  else if (said.some(({ code }) => code === 'IMPORT')) report.refused.push(...said);
  else {
    report.marks += 1;
    warnings.push(...said.filter(({ code }) => code !== 'UNKNOWN_ID')); // its start may come with another file
  }
}

/** One that cannot be taken in must not keep the others out. */
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

/** Marks of several files by their time: a start comes before its phases. Deployments that are over come first. */
function inOrderOfTime(lines: readonly ExportedLine[]): ExportedLine[] {
  const timeOf = ({ carried }: ExportedLine): number =>
    carried === null || carried.kind === 'deployment' ? 0 : carried.at.wallMs;
  return [...lines].sort((a, b) => timeOf(a) - timeOf(b));
}

/** In one line. */
export function exportImportText({ marks, deployments, known, refused }: ExportImportReport): string {
  const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
  const parts = [`imported ${many(marks, 'mark')} and ${many(deployments, 'finished deployment')}`];
  if (known > 0) parts.push(`${known} known before`);
  if (refused.length > 0) parts.push(`${refused.length} refused`);
  return parts.join(', ');
}
