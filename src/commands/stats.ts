import { usageError } from '../errors.ts';
import { noRestores, readRestores } from '../ledger/figures/restores.ts';
import { emptyStatistics, readStatistics } from '../ledger/read/statistics.ts';
import { formatStats } from '../report/stats.ts';
import { viewOf } from '../report/view.ts';
import type { Session } from '../session.ts';
import { flag, type Invocation, oneOf, text } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { readingDatabase } from './reading/readingDatabase.ts';
import { formatOf, limitOf, reportFilter } from './reading/reportWords.ts';
import { printBudget } from './reading/statsBudget.ts';
import { printBreakdown, printPhases } from './reading/statsBy.ts';

/**
 * `stats`: what the finished deployments say, with `--limit` the last so many of them; `--by`, `--phases` and `--budget`
 * each ask one question more closely. Without a ledger: an empty answer. Exit 1 where a budget is spent.
 */
export async function stats(session: Session, invocation: Invocation): Promise<number> {
  const by = oneOf(invocation, { name: 'by', choices: ['version', 'upgrade', 'host', 'phase'] as const });
  refuseTwo(invocation);
  if (flag(invocation, 'budget'))
    return endCommand(session, { code: await printBudget(session, invocation) });
  if (by === 'phase' || flag(invocation, 'phases')) await printPhases(session, invocation);
  else if (by !== null) await printBreakdown(session, { invocation, by });
  else await printStatistics(session, invocation);
  return endCommand(session, { code: 0 });
}

function refuseTwo(invocation: Invocation): void {
  const [one, other] = ['by', 'phases', 'budget'].filter((name) => flag(invocation, name));
  if (other !== undefined)
    throw usageError(`stats: --${one} and --${other} are two questions`, 'ask them one by one');
  if (text(invocation, 'month') !== null && one !== 'budget')
    throw usageError(
      'stats: --month belongs to --budget',
      '`stats --budget --month 2026-01`, or --since 2026-01-01',
    );
}

async function printStatistics(session: Session, invocation: Invocation): Promise<void> {
  const filter = { ...reportFilter(session, invocation), limit: limitOf(invocation) ?? undefined };
  const format = formatOf(invocation);
  const database = await readingDatabase(session, { asAWhole: true });
  const statistics = database === null ? emptyStatistics : readStatistics(database, filter);
  const restores = database === null ? noRestores : readRestores(database, filter);
  const view = { ...(await viewOf(session.context)), format };
  session.context.stdout.write(formatStats({ ...statistics, ...restores }, view));
  database?.close();
}
