import { resolve } from 'node:path';
import { optionalText } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfReading } from '../cli/define/exits.ts';
import { file, integer, since as sinceOption } from '../cli/define/kinds.ts';
import { json, tableFormat } from '../cli/define/reportOptions.ts';
import { ofReading } from '../cli/define/settingLists.ts';
import type { Context } from '../context.ts';
import { DeploytrackError, usageError } from '../errors.ts';
import { writeOut } from '../files/writeOut.ts';
import { readPeriod } from '../ledger/analytics/periodReport.ts';
import { emptyLedger } from '../ledger/file/emptyLedger.ts';
import { isoTime } from '../model.ts';
import { formatPeriod } from '../report/analytics/period.ts';
import { deploymentId } from '../report/ledger/deploymentId.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { formatOf, reportFilter } from '../report/stats/reportFilter.ts';
import { type Format, viewOf } from '../report/terminal/view.ts';
import { pageWithData, readPageFile } from '../server/page/pageFile.ts';
import { reportAnswers } from '../server/page/reportAnswers.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/**
 * `report`: summarizes the last 7 days, or the time since `--since`, as text. `report --out <file> [id]`: the web UI with
 * its data as one file. An unknown ID: exit 1; the file is written completely or not at all.
 */
export const command = defineCommand({
  name: 'report',
  after: 'compare',
  summary: 'summarize recent deployments; with --out, write a self-contained HTML report',
  group: 'look',
  examples: ['deploytrack report --since 7d', 'deploytrack report --out report.html'],
  args: { deploymentId: optionalText({ help: 'with --out: the deployment to open with' }) },
  options: {
    out: file({ help: 'HTML file to write' }),
    limit: integer({ min: 1, max: 500, default: '50', help: 'with --out: number of deployments' }),
    since: sinceOption({ help: 'a time, or how long ago: 2026-01-14, 7d', otherwise: 'without --out: 7d' }),
    format: {
      ...tableFormat,
      offered: ['table', 'json', 'markdown'],
      help: 'without --out: table, json or markdown',
    },
    json,
  },
  settings: ofReading,
  exits: exitsOfReading,
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: (session: Session, { out, ...said }) =>
    out === null ? printPeriod(session, said) : writePage(session, { ...said, out }),
});

/** A summary with hundreds of rows is not read. */
const mostListed = 20;

async function printPeriod(
  session: Session,
  said: { deploymentId: string | null; since: string | null; json: boolean; format: Format },
): Promise<number> {
  if (said.deploymentId !== null)
    throw usageError(
      'report: a deployment ID can only be used with --out',
      'run `deploytrack show <id>` to show one deployment',
    );
  const format = formatOf(said);
  if (format === 'csv')
    throw usageError('report: CSV is not supported', 'run `deploytrack history --format csv` for the rows');
  const { context } = session;
  const {
    sinceMs: fromMs = 0,
    deployment,
    environment,
  } = reportFilter(session, {
    ...said,
    since: said.since ?? '7d',
  });
  const untilMs = context.instant().wallMs;
  const database = (await readingDatabase(session, { asAWhole: true })) ?? emptyLedger();
  const mostBad = format === 'json' ? 2 ** 31 : mostListed;
  const period = readPeriod(database, { fromMs, untilMs, wanted: { deployment, environment }, mostBad });
  database.close();
  context.stdout.write(formatPeriod(period, { ...(await viewOf(context)), format }));
  return endCommand(session, { code: 0 });
}

async function writePage(
  session: Session,
  said: { out: string; deploymentId: string | null; limit: number; since: string | null },
): Promise<number> {
  const { limit, out } = said;
  const { sinceMs, deployment, environment } = reportFilter(session, said);
  const database = (await readingDatabase(session, { asAWhole: true })) ?? emptyLedger();
  const id = said.deploymentId === null ? null : deploymentId(database, said.deploymentId);
  const nowMs = session.context.instant().wallMs;
  const made = {
    at: isoTime(nowMs),
    ledger: session.store.options.ledgerPath,
    host: session.context.hostName(),
    filter: [deployment, environment, said.since === null ? null : `since ${said.since}`, `the last ${limit}`]
      .filter((part) => part != null)
      .join(', '),
  };
  const answers = reportAnswers(database, { sinceMs, deployment, environment, limit, id, nowMs, made });
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
      hint: 'use a file in an existing folder that you can write to',
      cause,
    });
  }
}
