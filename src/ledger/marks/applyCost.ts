import type { Warning } from '../../errors.ts';
import type { CostMark } from '../../marks.ts';
import { isoTime } from '../../model.ts';
import { deploymentOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { countCost } from '../totals/recordTotals.ts';
import { touchGroupOf } from './applyPhaseStart.ts';

/** What a deployment cost; bills come in when it has long ended. */
export function applyCost(database: Database, mark: CostMark): Warning[] {
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
