import { defineCommand } from '../cli/define/command.ts';
import { exitsOfReading } from '../cli/define/exits.ts';
import { integer } from '../cli/define/kinds.ts';
import { filterOptions } from '../cli/define/reportOptions.ts';
import { ofReading } from '../cli/define/settingLists.ts';
import { readTrackedItems } from '../ledger/read/changes.ts';
import { readHistory } from '../ledger/read/deployments.ts';
import { formatHistory } from '../report/history.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { formatOf, reportFilter } from '../report/stats/reportFilter.ts';
import { viewOf } from '../report/terminal/view.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `history`: lists recent deployments, newest first. Without a ledger the list is empty. */
export const command = defineCommand({
  name: 'history',
  summary: 'list recent deployments',
  group: 'look',
  examples: ['deploytrack history --limit 20', 'deploytrack history --status failed --since 30d'],
  options: { limit: integer({ min: 1, default: '10', help: 'number of deployments' }), ...filterOptions },
  settings: ofReading,
  exits: exitsOfReading,
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: async (session: Session, { limit, ...said }) => {
    const filter = { ...reportFilter(session, said), limit };
    const format = formatOf(said);
    const database = await readingDatabase(session);
    const found = database === null ? [] : readHistory(database, filter);
    const tracked = (id: string) => (database === null ? [] : readTrackedItems(database, id));
    if (database !== null && found.length === 0 && format === 'table') {
      const { noteNothingFound } = await import('../report/ledger/nothingFound.ts');
      noteNothingFound(session, { database, filter });
    }
    const view = { ...(await viewOf(session.context)), format, tracked };
    session.context.stdout.write(formatHistory(found, view));
    database?.close();
    return endCommand(session, { code: 0 });
  },
});
