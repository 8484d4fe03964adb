import { defineCommand } from '../cli/define/command.ts';
import { exitsOfReading } from '../cli/define/exits.ts';
import { flag, integer, line } from '../cli/define/kinds.ts';
import { filterOptions, fromStore } from '../cli/define/reportOptions.ts';
import { ofReading } from '../cli/define/settingLists.ts';
import type { Database } from '../ledger/file/addon.ts';
import { readTrackedItems } from '../ledger/read/changes.ts';
import { readHistory, tablesOfHistory } from '../ledger/read/deployments.ts';
import type { LimitedFilter } from '../ledger/read/filter.ts';
import { formatHistory } from '../report/history.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { formatOf, reportFilter } from '../report/stats/reportFilter.ts';
import { type Format, viewOf } from '../report/terminal/view.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `history`: lists recent deployments, newest first. Without a ledger the list is empty. */
export const command = defineCommand({
  name: 'history',
  summary: 'list recent deployments',
  group: 'look',
  examples: [
    'deploytrack history --status failed --since 30d',
    'deploytrack history --version 2.4 --host web-1',
  ],
  options: {
    limit: integer({ min: 1, default: '10', help: 'number of deployments' }),
    ...filterOptions,
    version: line({ value: 'v', help: 'only versions that begin like this' }),
    store: fromStore,
    watch: flag({ help: 'on a terminal: show changes until Ctrl-C' }),
  },
  settings: ofReading,
  exits: exitsOfReading,
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: async (session: Session, { limit, version, store, ...said }) => {
    const own = { version: version ?? undefined, limit };
    const filter = { ...reportFilter(session, said), ...own };
    const format = formatOf(said);
    if (said.watch) await refuseWatch(session, format);
    const database =
      store === null ? await readingDatabase(session) : await stored(session, { said: store, filter });
    if (said.watch && database !== null) return follow(session, { database, filter });
    const found = database === null ? [] : readHistory(database, filter);
    const tracked = (id: string) => (database === null ? [] : readTrackedItems(database, id));
    if (database !== null && found.length === 0 && format === 'table')
      await noteNothing(session, { said: store, database, filter });
    const view = { ...(await viewOf(session.context)), format, tracked };
    session.context.stdout.write(formatHistory(found, view));
    database?.close();
    return endCommand(session, { code: 0 });
  },
});

async function stored(
  session: Session,
  slice: { readonly said: string | true; readonly filter: LimitedFilter },
): Promise<Database> {
  const { readingStore } = await import('../fleet/readingStore.ts');
  return readingStore(session, { ...slice, tables: tablesOfHistory() });
}

async function noteNothing(
  session: Session,
  { said, ...asked }: { said: string | true | null; database: Database; filter: LimitedFilter },
): Promise<void> {
  const { noteNothingFound } = await import('../report/ledger/nothingFound.ts');
  if (said === null) return noteNothingFound(session, asked);
  const { noteNothingStored } = await import('../fleet/nothingStored.ts');
  await noteNothingStored(session, { said, filter: asked.filter });
}

async function refuseWatch(session: Session, format: Format): Promise<void> {
  const watched = await import('../report/terminal/watched.ts');
  watched.refuseWatch(session, { command: 'history', format });
}

/** Until a signal ends the process. */
async function follow(
  session: Session,
  { database, filter }: { database: Database; filter: LimitedFilter },
): Promise<number> {
  const { watchLedger } = await import('../report/terminal/watched.ts');
  const tracked = (id: string) => readTrackedItems(database, id);
  await watchLedger(session, {
    database,
    draw: (view) => ({
      text: formatHistory(readHistory(database, filter), { ...view, format: 'table', tracked }),
      isOver: false,
    }),
  });
  return endCommand(session, { code: 0 });
}
