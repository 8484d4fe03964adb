import { textArgument } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfReading } from '../cli/define/exits.ts';
import { fromStore, json, onHost, tableFormat } from '../cli/define/reportOptions.ts';
import { ofReading } from '../cli/define/settingLists.ts';
import { readComparison } from '../ledger/analytics/comparison.ts';
import type { Database } from '../ledger/file/addon.ts';
import { formatAnalytics } from '../report/analytics/analytics.ts';
import { comparisonAnalytics } from '../report/analytics/compare.ts';
import { deploymentMeant, theStore, unknownDeployment } from '../report/ledger/deploymentId.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { formatOf, reportFilter } from '../report/stats/reportFilter.ts';
import { viewOf } from '../report/terminal/view.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** Deployments of the store that the two words may mean. */
const mostMeant = 20;

/** `compare <a> <b>`: two deployments phase by phase, by ID or by version (its newest deployment). Unknown: exit 1. */
export const command = defineCommand({
  name: 'compare',
  after: 'show',
  summary: 'compare two deployments phase by phase',
  group: 'look',
  examples: ['deploytrack compare 1.3 1.4', 'deploytrack compare 1.3 1.4 --deployment gateway --json'],
  args: {
    one: textArgument({ help: 'ID or version; of a version, its newest deployment' }),
    other: textArgument({ help: 'what it is compared with' }),
  },
  options: { host: onHost, format: tableFormat, json, store: fromStore },
  settings: ofReading,
  exits: exitsOfReading,
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: async (session: Session, { one, other, store, ...said }) => {
    const format = formatOf(said);
    const database =
      store === null
        ? await readingDatabase(session)
        : await stored(session, { said: store, host: said.host, words: [one, other] });
    if (database === null) throw unknownDeployment(one);
    const place = store === null ? undefined : theStore;
    const where = { host: reportFilter(session, said).host, ...(place === undefined ? {} : { place }) };
    const ids = [one, other].map((word) => deploymentMeant(session, { database, word, ...where })) as [
      string,
      string,
    ];
    const comparison = readComparison(database, ...ids);
    database.close();
    if (comparison === null) throw unknownDeployment(one, place);
    const view = { ...(await viewOf(session.context)), format };
    session.context.stdout.write(formatAnalytics(comparisonAnalytics(comparison), view));
    return endCommand(session, { code: 0 });
  },
});

async function stored(
  session: Session,
  {
    host,
    ...slice
  }: { readonly said: string | true; readonly host: string | null; readonly words: readonly string[] },
): Promise<Database> {
  const { readingStore } = await import('../fleet/readingStore.ts');
  return readingStore(session, {
    ...slice,
    withEarlier: true,
    filter: { ...reportFilter(session, { host }), limit: mostMeant },
  });
}
