import { defineCommand } from '../cli/define/command.ts';
import { choice, flag, integer, text } from '../cli/define/kinds.ts';
import { filterOptions, fromStore } from '../cli/define/reportOptions.ts';
import { ofReading } from '../cli/define/settingLists.ts';
import { usageError } from '../errors.ts';
import { noFigures, readFigures } from '../ledger/analytics/figures.ts';
import { countOpen } from '../ledger/read/statistics.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { formatOf, type Narrowed, reportFilter } from '../report/stats/reportFilter.ts';
import { formatStats } from '../report/stats/stats.ts';
import { printBudget } from '../report/stats/statsBudget.ts';
import { printBreakdown, printPhases } from '../report/stats/statsBy.ts';
import { scopeText } from '../report/stats/statsScope.ts';
import { viewOf } from '../report/terminal/view.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/**
 * `stats`: statistics of finished deployments, with `--limit` of the most recent ones; `--by`, `--phases`, `--dora` and
 * `--budget` each show one aspect in detail. Without a ledger the result is empty. Exit 1 if a budget is spent, or with
 * `--regressions` if a phase is slower than usual.
 */
export const command = defineCommand({
  name: 'stats',
  after: 'report',
  summary: 'show deployment statistics',
  group: 'look',
  examples: ['deploytrack stats --since 30d', 'deploytrack stats --by version'],
  options: {
    limit: integer({ min: 1, help: 'only this many recent deployments', otherwise: 'all' }),
    ...filterOptions,
    store: fromStore,
    by: choice({
      value: 'what',
      choices: ['version', 'upgrade', 'host', 'phase'],
      help: 'version, upgrade, host or phase: which of them failed or cost downtime',
    }),
    phases: flag({ help: 'which phase takes longest, and what to do about it' }),
    regressions: flag({ help: 'phases slower than usual in two of their last three runs' }),
    dora: flag({ help: "DORA's five measures with their levels, also with --by host" }),
    budget: flag({ help: 'error budget of the last 30 days, by cause' }),
    month: text({ value: 'month', help: 'with --budget: a calendar month, 2026-01' }),
  },
  settings: ofReading,
  exits: {
    '0': 'printed',
    '1': 'with --budget: a budget is spent; with --regressions: a phase is slower; or the ledger cannot be read',
  },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: async (session: Session, { by, phases, regressions, dora, budget, month, store, ...said }) => {
    const byHost = dora && by === 'host';
    refuseTwo({ by: by !== null && !byHost, phases, regressions, dora, budget }, month);
    if (store !== null) {
      const { printStored } = await import('../fleet/stats/printStored.ts');
      const what = { regressions, dora, budget, by: phases ? ('phase' as const) : by };
      return endCommand(session, {
        code: await printStored(session, { ...what, said: { ...said, month }, store }),
      });
    }
    if (dora) {
      const { printDora } = await import('../report/stats/statsDora.ts');
      await printDora(session, { said, byHost });
      return endCommand(session, { code: 0 });
    }
    if (regressions) {
      const { printRegressions } = await import('../report/stats/statsRegressions.ts');
      return endCommand(session, { code: await printRegressions(session, { said }) });
    }
    if (budget)
      return endCommand(session, { code: await printBudget(session, { said: { ...said, month } }) });
    if (by === 'phase' || phases) await printPhases(session, said);
    else if (by !== null) await printBreakdown(session, { said, by });
    else await printStatistics(session, said);
    return endCommand(session, { code: 0 });
  },
});

function refuseTwo(asked: Readonly<Record<string, boolean>>, month: string | null): void {
  const [one, other] = Object.keys(asked).filter((name) => asked[name]);
  if (other !== undefined)
    throw usageError(`stats: --${one} and --${other} cannot be used together`, 'run `stats` once for each');
  if (month !== null && one !== 'budget')
    throw usageError(
      'stats: --month can only be used with --budget',
      'use `stats --budget --month 2026-01`, or --since 2026-01-01',
    );
}

async function printStatistics(session: Session, said: Narrowed): Promise<void> {
  const filter = { ...reportFilter(session, said), limit: said.limit ?? undefined };
  const format = formatOf(said);
  const database = await readingDatabase(session, { asAWhole: filter });
  const figures = database === null ? noFigures : readFigures(database, filter);
  const inProgress = database === null ? 0 : countOpen(database, filter);
  const isEmpty = figures.total === 0 && inProgress === 0;
  if (database !== null && isEmpty && format === 'table') {
    const { noteNothingFound } = await import('../report/ledger/nothingFound.ts');
    noteNothingFound(session, { database, filter });
  }
  const isRead = format === 'table' || format === 'markdown';
  const scope = database === null || isEmpty || !isRead ? {} : { scope: scopeText(database, filter) };
  const view = { ...(await viewOf(session.context)), format };
  session.context.stdout.write(formatStats({ ...figures, inProgress, ...scope }, view));
  database?.close();
}
