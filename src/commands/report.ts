import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { DeploytrackError, usageError } from '../errors.ts';
import { writeOut } from '../files/writeOut.ts';
import { readPeriod } from '../ledger/figures/period.ts';
import { emptyLedger } from '../ledger/file/emptyLedger.ts';
import { formatPeriod } from '../report/figures/period.ts';
import { viewOf } from '../report/view.ts';
import { pageWithData, readPageFile } from '../server/page/pageFile.ts';
import { reportAnswers } from '../server/page/reportAnswers.ts';
import type { Session } from '../session.ts';
import { type Invocation, number, text } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { deploymentId } from './reading/deploymentId.ts';
import { readingDatabase } from './reading/readingDatabase.ts';
import { formatOf, reportFilter } from './reading/reportWords.ts';

/**
 * `report --since 7d`: what happened since then, as text. `report --out <file> [id]`: the page with its data as one file.
 * An unknown id: exit 1; the file is whole or not there.
 */
export async function report(session: Session, invocation: Invocation): Promise<number> {
  const out = text(invocation, 'out');
  if (out !== null) return writePage(session, { invocation, out });
  if (text(invocation, 'since') === null)
    throw usageError(
      'report: of what is not said',
      'say --since 7d for the text, --out report.html for the page',
    );
  if (invocation.operands.length > 0)
    throw usageError('report: one deployment belongs to --out', '`deploytrack show <id>` tells of one');
  const format = formatOf(invocation);
  if (format === 'csv')
    throw usageError('report: there is no CSV of it', '`deploytrack history --format csv` has the rows');
  const { context } = session;
  const { sinceMs: fromMs = 0, deployment, environment } = reportFilter(session, invocation);
  const untilMs = context.instant().wallMs;
  const database = (await readingDatabase(session, { asAWhole: true })) ?? emptyLedger();
  const period = readPeriod(database, { fromMs, untilMs, wanted: { deployment, environment } });
  database.close();
  context.stdout.write(formatPeriod(period, { ...(await viewOf(context)), format }));
  return endCommand(session, { code: 0 });
}

async function writePage(
  session: Session,
  { invocation, out }: { invocation: Invocation; out: string },
): Promise<number> {
  const limit = number(invocation, { name: 'limit', min: 1, max: 500, whole: true }) ?? 50;
  const { sinceMs, deployment, environment } = reportFilter(session, invocation);
  const [said] = invocation.operands;
  const database = (await readingDatabase(session, { asAWhole: true })) ?? emptyLedger();
  const id = said === undefined ? null : deploymentId(database, said);
  const answers = reportAnswers(database, { sinceMs, deployment, environment, limit, id });
  database.close();
  await writeFile(session.context, { out, html: pageWithData(readPageFile(), answers) });
  return endCommand(session, { code: 0 });
}

async function writeFile(context: Context, { out, html }: { out: string; html: string }): Promise<void> {
  const path = resolve(context.cwd, out);
  try {
    await writeOut(context, { path, content: [html], mode: 0o600 });
  } catch (cause) {
    throw new DeploytrackError({
      code: 'FILE',
      message: `${path} cannot be written: ${(cause as Error).message}`,
      hint: 'name a file in a folder that exists and that you may write to',
      cause,
    });
  }
}
