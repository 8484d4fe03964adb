import { resolve } from 'node:path';
import { textArgument } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import type { Database } from '../ledger/file/addon.ts';
import { noLedgerYet } from '../ledger/file/identity.ts';
import { openAsItIs } from '../ledger/file/openForReading.ts';
import { checkedTarget, notWritten } from '../ledger/keep/backup/target.ts';
import { type Written, writeBackup } from '../ledger/keep/backup/writeBackup.ts';
import { openWhenFree } from '../report/ledger/readingDatabase.ts';
import { waitingMarks } from '../report/ledger/waitingMarks.ts';
import { reportWarnings } from '../report/messages/warnings.ts';
import { viewOf } from '../report/terminal/view.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { counted } from '../text/counted.ts';
import { formatBytes, formatTime } from '../text/figures.ts';

/**
 * `backup <file>`: a verified copy of the ledger as it is at one moment, while deployments run. An older backup of the
 * same ledger is replaced. Exit 1 if there is no whole copy; then the file is as it was.
 */
export const command = defineCommand({
  name: 'backup',
  after: 'prune',
  summary: 'write a verified copy of the ledger while deployments run',
  group: 'set up',
  examples: [
    'deploytrack backup /backup/deploytrack.db',
    'deploytrack backup /mnt/nas/web-1.db --ledger-timeout 30s',
  ],
  args: { file: textArgument({ help: 'file to write; an older backup of the same ledger is replaced' }) },
  settings: ['ledger', 'ledger-timeout', 'warnings'],
  exits: { '0': 'written and verified', '1': 'not written; an older backup stays' },
  policy: { onWrongSetting: 'usage-error', ledger: 'looks' },
  run: async (session: Session, { file }) => {
    const { context, store } = session;
    const path = resolve(context.cwd, file);
    await importWaiting(session);
    const database = await opened(session);
    try {
      const written = await write(session, { database, path });
      const view = await viewOf(context);
      const { deployments, bytes, newestMarkAt } = written;
      const newest = newestMarkAt === null ? 'no marks' : `newest mark ${formatTime(newestMarkAt, view)}`;
      const many = counted(deployments, 'deployment');
      context.stdout.write(`${path}: ${many}, ${newest}, ${formatBytes(bytes)}\n`);
    } finally {
      database.close();
    }
    store.close();
    return endCommand(session, { code: 0 });
  },
});

async function write(
  { context, store }: Session,
  { database, path }: { database: Database; path: string },
): Promise<Written> {
  const { uid } = context;
  try {
    const target = checkedTarget(path, { uid, ledgerPath: store.options.ledgerPath, database });
    return await writeBackup(context, { database, target });
  } catch (error) {
    throw notWritten(path, error);
  }
}

/** Marks in the journals are imported first; if that is not possible, a warning says how many are missing. */
async function importWaiting({ context, settings, store, warnings }: Session): Promise<void> {
  const places = store.options;
  const why = await store.takeIn(warnings).then(
    () => null,
    (error: unknown) => error as Error,
  );
  if (why === null) return;
  const waiting = waitingMarks(context, { database: null, places });
  const told = waiting.map(({ path, marks }) => ({
    code: 'JOURNAL',
    message: `the backup lacks ${marks === null ? 'the marks that wait' : counted(marks, 'mark that waits', 'marks that wait')} in ${path}: ${why.message}`,
    hint: 'nothing is lost; run `deploytrack backup` again after the next command has imported them',
  }));
  reportWarnings(context, { warnings: told, target: settings.value('warnings') });
}

/** Read only, also a ledger of an older version. */
async function opened(session: Session): Promise<Database> {
  const database = await openWhenFree(session, (path) => openAsItIs(path, 'copy'));
  if (database === null) throw noLedgerYet(session.store.options.ledgerPath);
  return database;
}
