import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import { readDowntimeTogether } from '../read/downtimeTogether.ts';
import { finishedCondition, type LimitedFilter } from '../read/filter.ts';
import { emptyStatistics, readStatistics, type Statistics, tallied } from '../read/statistics.ts';
import { readsRollups, readTogether } from '../rollups/readTallies.ts';
import { noRestores, type Restores, readRestores } from './restores.ts';

/** All figures of a number of finished deployments. */
export interface Figures extends Statistics, Restores {
  /** The sum over all that ended; null if nothing was measured. */
  readonly downtimeTogetherSeconds: number | null;
}

/** Of a ledger without deployments. */
export const noFigures: Figures = { ...emptyStatistics, ...noRestores, downtimeTogetherSeconds: null };

/** Many deployments are read from roll-ups: all but the quantiles is as exact. */
export function readFigures(db: Database, filter: LimitedFilter): Figures {
  return transaction(db, { mode: 'read' }, () => {
    if (!readsRollups(db, filter))
      return {
        ...readStatistics(db, filter),
        ...readRestores(db, filter),
        downtimeTogetherSeconds: readDowntimeTogether(db, filter),
      };
    const tallies = readTogether(db, { filter, kinds: ['totals', 'phases'] });
    const { totals } = tallies;
    return {
      ...tallied(db, { finished: finishedCondition(filter), tallies }),
      bad: totals.bad,
      restoreSeconds: totals.restoreSeconds.summary(),
      downtimeTogetherSeconds: totals.downtimeTogether.known,
    };
  });
}
