import type { Context } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import type { CostMark, Mark } from '../../marks.ts';
import { isoTime } from '../../model.ts';
import { liveness } from '../../processes.ts';
import { deploymentOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { countCost } from '../totals/recordTotals.ts';
import { touchGroupOf } from '../totals/totals.ts';
import { applyErrorRate } from './applyErrorRate.ts';
import { applyFinish } from './applyFinish.ts';
import { applyHealth } from './applyHealth.ts';
import { applyPhaseEnd } from './applyPhaseEnd.ts';
import { applyPhaseStart } from './applyPhaseStart.ts';
import { applyRollback } from './applyRollback.ts';
import { applySmoke } from './applySmoke.ts';
import { applyStart } from './applyStart.ts';
import { type LifeTest, withKnownLives } from './deploymentProcesses.ts';

/**
 * Checks the processes that a start depends on, before the ledger is locked; returns the work inside the transaction.
 */
export function prepareMark(
  context: Context,
  { database, mark }: { database: Database; mark: Mark },
): () => Warning[] {
  if (mark.kind !== 'start') return () => applyMark(context, { database, mark });
  const life = withKnownLives(context, { database, abandonAfterMs: mark.abandonAfterMs });
  return () => applyMark(context, { database, mark, life });
}

/**
 * Applies any mark inside the caller's transaction: its rows, the totals, and the group's new sequence number. Throws
 * for a mark that this version does not support.
 */
export function applyMark(
  context: Context,
  { database, mark, life }: { database: Database; mark: Mark; life?: LifeTest },
): Warning[] {
  switch (mark.kind) {
    case 'start':
      return applyStart(database, mark, life ?? ((process) => liveness(context, process)));
    case 'phase-start':
      return applyPhaseStart(database, mark);
    case 'phase-end':
      return applyPhaseEnd(database, mark);
    case 'health':
      return applyHealth(database, mark);
    case 'smoke':
      return applySmoke(database, mark);
    case 'cost':
      return applyCost(database, mark);
    case 'error-rate':
      return applyErrorRate(database, mark);
    case 'rollback':
      return applyRollback(database, mark);
    case 'finish':
      return applyFinish(database, mark);
    default:
      // Only from a journal: a newer version wrote it.
      throw new Error(`there is no mark of the kind ${JSON.stringify((mark as Mark).kind)} in this version`);
  }
}

/** What a deployment cost; bills arrive long after it has ended. */
function applyCost(database: Database, mark: CostMark): Warning[] {
  const warnings: Warning[] = [];
  const row = deploymentOf(database, { mark, warnings });
  const { resource, usd, at } = mark;
  const insert = database.prepare(
    'INSERT OR IGNORE INTO infrastructure_costs (deployment_id, cost_id, at, resource, cost_usd) VALUES (?, ?, ?, ?, ?)',
  );
  if (insert.run(row.deploymentId, mark.markId, isoTime(at.wallMs), resource, usd).changes === 0) return [];
  countCost(database, { row, resource, usd, wallMs: at.wallMs });
  touchGroupOf(database, row);
  return warnings.filter((warning) => warning.code !== 'LATE');
}
