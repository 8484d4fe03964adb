import { usageError } from '../../errors.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { hasUnread } from '../../ledger/journal/unread.ts';
import type { Session } from '../../session.ts';
import { type Format, type View, viewOf } from './view.ts';
import { type Drawn, watchScreen } from './watchScreen.ts';

/** Throws a usage error unless `--watch` can be carried out: on a terminal that can move its cursor, as a table. */
export function refuseWatch(
  { context }: Session,
  { command, format }: { command: string; format: Format },
): void {
  const { stdout, env } = context;
  if (format !== 'table')
    throw usageError(
      `${command}: --watch and --format ${format} cannot be used together`,
      'omit one of them',
    );
  if (!stdout.isTerminal || env.TERM === 'dumb')
    throw usageError(
      `${command}: --watch requires a terminal`,
      `run \`deploytrack ${command}\` without --watch`,
    );
}

/** Shows what `draw` returns for this ledger again and again, with the marks that wait in journals by then. */
export async function watchLedger(
  session: Session,
  { database, draw }: { database: Database; draw: (view: View) => Drawn },
): Promise<void> {
  const { context, store, warnings } = session;
  await watchScreen(context, async () => {
    // Marks that cannot be imported now are shown later; the last attempt is reported when the command ends.
    if (hasUnread(database, store.options)) await store.takeIn(warnings).catch(() => {});
    return draw(await viewOf(context));
  });
}
