import { resolve } from 'node:path';
import { optionalText } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfReading } from '../cli/define/exits.ts';
import { file, integer, since as sinceOption } from '../cli/define/kinds.ts';
import { fromStore, json, onHost, tableFormat } from '../cli/define/reportOptions.ts';
import { ofReading } from '../cli/define/settingLists.ts';
import type { Context } from '../context.ts';
import { DeploytrackError, usageError } from '../errors.ts';
import { writeOut } from '../files/writeOut.ts';
import { type Period, readPeriod } from '../ledger/analytics/periodReport.ts';
import type { Database } from '../ledger/file/addon.ts';
import { emptyLedger } from '../ledger/file/emptyLedger.ts';
import { countDeployments } from '../ledger/read/scopeCounts.ts';
import { isoTime } from '../model.ts';
import { formatPeriod } from '../report/analytics/period.ts';
import { deploymentId, theStore } from '../report/ledger/deploymentId.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { problemLines } from '../report/messages/warnings.ts';
import { formatOf, type Narrowed, reportFilter } from '../report/stats/reportFilter.ts';
import { viewOf } from '../report/terminal/view.ts';
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
    host: onHost,
    store: fromStore,
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

interface PageSaid {
  readonly out: string;
  readonly deploymentId: string | null;
  readonly limit: number;
  readonly since: string | null;
  readonly host: string | null;
  readonly store: string | true | null;
}

/** A summary with hundreds of rows is not read. */
const mostListed = 20;

async function printPeriod(
  session: Session,
  said: Pick<Narrowed, 'since' | 'host' | 'json' | 'format'> & {
    deploymentId: string | null;
    store: string | true | null;
  },
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
    host,
  } = reportFilter(session, { ...said, since: said.since ?? '7d' });
  const untilMs = context.instant().wallMs;
  const mostBad = format === 'json' ? 2 ** 31 - 1 : mostListed;
  const wanted = { deployment, environment, host };
  const period = await readPeriodOf(session, { store: said.store, fromMs, untilMs, wanted, mostBad });
  const isEmpty = period.now.total === 0 && period.sites.length === 0;
  if (said.store !== null && isEmpty && format === 'table') {
    const { noteNothingStored } = await import('../fleet/nothingStored.ts');
    await noteNothingStored(session, { said: said.store, filter: { ...wanted, sinceMs: fromMs, untilMs } });
  }
  context.stdout.write(formatPeriod(period, { ...(await viewOf(context)), format }));
  return endCommand(session, { code: 0 });
}

async function readPeriodOf(
  session: Session,
  { store, ...asked }: Parameters<typeof readPeriod>[1] & { store: string | true | null },
): Promise<Period> {
  if (store !== null) {
    const { queryStore } = await import('../fleet/queryStore.ts');
    const { readStorePeriod } = await import('../fleet/stats/storePeriod.ts');
    return queryStore(session, store, (query) => readStorePeriod(query, asked));
  }
  const database = (await readingDatabase(session, { asAWhole: true })) ?? emptyLedger();
  const period = readPeriod(database, asked);
  database.close();
  return period;
}

async function writePage(session: Session, said: PageSaid): Promise<number> {
  const { limit, out, store } = said;
  const { sinceMs, deployment, environment, host } = reportFilter(session, said);
  const database = store === null ? await ofLedger(session) : await ofStore(session, { ...said, store });
  const place = store === null ? undefined : theStore;
  const id = said.deploymentId === null ? null : deploymentId(database, said.deploymentId, place);
  const nowMs = session.context.instant().wallMs;
  const made = {
    at: isoTime(nowMs),
    ledger: store === null ? session.store.options.ledgerPath : 'the central store',
    host: session.context.hostName(),
    filter: [
      deployment,
      environment,
      host,
      said.since === null ? null : `since ${said.since}`,
      `the last ${limit}`,
    ]
      .filter((part) => part != null)
      .join(', '),
  };
  const answers = reportAnswers(database, { sinceMs, deployment, environment, host, limit, id, nowMs, made });
  database.close();
  await writeFile(session.context, { out, html: pageWithData(readPageFile(), answers) });
  return endCommand(session, { code: 0 });
}

async function ofLedger(session: Session): Promise<Database> {
  return (await readingDatabase(session, { asAWhole: true })) ?? emptyLedger();
}

/** A page with more is neither written nor read in reasonable time. */
const mostOnPage = 2000;

/** The newest deployments of the store that match. */
async function ofStore(session: Session, said: PageSaid & { store: string | true }): Promise<Database> {
  const { readingStore } = await import('../fleet/readingStore.ts');
  const filter = { ...reportFilter(session, said), limit: mostOnPage };
  const words = said.deploymentId === null ? [] : [said.deploymentId];
  const database = await readingStore(session, { said: said.store, filter, also: words });
  const count = countDeployments(database);
  if (count === 0) {
    const { noteNothingStored } = await import('../fleet/nothingStored.ts');
    await noteNothingStored(session, { said: said.store, filter });
  }
  if (count >= mostOnPage)
    session.context.stderr.write(
      problemLines({
        message: `the report has the newest ${mostOnPage} deployments of the store, and counts no others`,
        hint: 'use --since, --deployment, --environment or --host for fewer',
      }),
    );
  return database;
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
