import { optionalText } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfReading } from '../cli/define/exits.ts';
import { flag } from '../cli/define/kinds.ts';
import { filterOptions, fromStore, json, onHost, tableFormat } from '../cli/define/reportOptions.ts';
import { ofReading } from '../cli/define/settingLists.ts';
import { namedDeployment } from '../deployments/resolveDeployment.ts';
import { DeploytrackError, usageError } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { readHistory } from '../ledger/read/deployments.ts';
import { type DeploymentDetail, readDetail } from '../ledger/read/detail.ts';
import type { DeploymentStatus } from '../model.ts';
import { deploymentMeant, theStore } from '../report/ledger/deploymentId.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { formatShow } from '../report/show/show.ts';
import { reportFilter } from '../report/stats/reportFilter.ts';
import { type Format, viewOf } from '../report/terminal/view.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** Deployments of the store that a word may mean. */
const mostMeant = 10;

/**
 * `show [id]`: one deployment as a waterfall; without an ID that of DEPLOYTRACK_ID or the ID file, otherwise
 * the newest, with
 * `--status` the newest with that status. An unknown ID: exit 1.
 */
export const command = defineCommand({
  name: 'show',
  after: 'history',
  summary: 'show one deployment as a waterfall',
  group: 'look',
  examples: ['deploytrack show 2.4.1', 'deploytrack show --status failed'],
  args: {
    deploymentId: optionalText({ help: 'ID, the beginning of one, or a version', otherwise: 'the newest' }),
  },
  options: {
    status: { ...filterOptions.status, help: 'the newest with this status' },
    host: { ...onHost, help: 'the newest on this host' },
    format: { ...tableFormat, help: 'table, json, csv (one row for each phase) or markdown' },
    json,
    store: fromStore,
    watch: flag({ help: 'on a terminal: follow it until it has ended' }),
  },
  settings: ['id', 'id-file', ...ofReading],
  exits: exitsOfReading,
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: async (session: Session, said) => {
    const format = said.json ? 'json' : said.format;
    if (said.watch) await refuseWatch(session, format);
    const word = await wordMeant(session, said);
    const database =
      said.store === null ? await readingDatabase(session) : await stored(session, { ...said, word });
    const id = database === null ? null : chosenId(session, { said, word, database });
    const detail = database === null || id === null ? null : readDetail(database, id);
    if (detail === null)
      throw new DeploytrackError({
        code: 'UNKNOWN_ID',
        message: 'there is no deployment to show',
        hint: `run \`deploytrack history${said.store === null ? '' : ' --store'}\` to list the deployments`,
      });
    if (said.watch && database !== null) await follow(session, { database, first: detail });
    else session.context.stdout.write(formatShow(detail, { ...(await viewOf(session.context)), format }));
    database?.close();
    return endCommand(session, { code: 0 });
  },
});

/** The deployments that may be meant. */
async function stored(
  session: Session,
  { word, ...said }: Wanted & { word: string | null },
): Promise<Database> {
  const { readingStore } = await import('../fleet/readingStore.ts');
  const filter = { ...reportFilter(session, said), limit: word === null ? 1 : mostMeant };
  const words = word === null ? {} : { words: [word] };
  return readingStore(session, { said: said.store ?? true, filter, ...words, withEarlier: true });
}

async function refuseWatch(session: Session, format: Format): Promise<void> {
  const watched = await import('../report/terminal/watched.ts');
  watched.refuseWatch(session, { command: 'show', format });
}

/** Until it has ended, which is then printed. */
async function follow(
  session: Session,
  { database, first }: { database: Database; first: DeploymentDetail },
): Promise<void> {
  const { watchLedger } = await import('../report/terminal/watched.ts');
  await watchLedger(session, {
    database,
    draw: (view) => {
      const detail = readDetail(database, first.deployment.id ?? '') ?? first;
      return {
        text: formatShow(detail, { ...view, format: 'table' }),
        isOver: detail.deployment.status !== 'in-progress',
      };
    },
  });
}

interface Wanted {
  readonly deploymentId: string | null;
  readonly status: DeploymentStatus | null;
  readonly host: string | null;
  readonly store: string | true | null;
}

/** What was typed, otherwise the deployment of DEPLOYTRACK_ID or the ID file; null: the newest is wanted. */
async function wordMeant(session: Session, said: Wanted): Promise<string | null> {
  const wantsNewest = said.status !== null || said.host !== null;
  if (said.status !== null && said.deploymentId !== null)
    throw usageError('show: an ID and --status cannot be used together', 'omit one of them');
  if (said.deploymentId !== null) return said.deploymentId;
  const id = wantsNewest ? null : ((await namedDeployment(session))?.deploymentId ?? null);
  return id === 'none' ? null : id;
}

function chosenId(
  session: Session,
  { said, word, database }: { said: Wanted; word: string | null; database: Database },
): string | null {
  const filter = reportFilter(session, said);
  if (word === null) return readHistory(database, { ...filter, limit: 1 })[0]?.id ?? null;
  const place = said.store === null ? {} : { place: theStore };
  return deploymentMeant(session, { database, word, host: filter.host, ...place });
}
