import type { Warning } from '../../errors.ts';
import type { ErrorRateMark } from '../../marks.ts';
import { isoTime } from '../../model.ts';
import { type DeploymentRow, deploymentOf, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { declaredLabel } from '../totals/declarations.ts';
import { groupId, touchGroupOf } from '../totals/groups.ts';

/** An error rate that was measured after the deployment. */
export function applyErrorRate(database: Database, mark: ErrorRateMark): Warning[] {
  const warnings: Warning[] = [];
  const row = deploymentOf(database, { mark, warnings });
  saveErrorRate(database, { row, ...mark, id: mark.markId, source: 'measured elsewhere' });
  touchGroupOf(database, row);
  return warnings.filter((warning) => warning.code !== 'LATE');
}

/** One row; a first use declares the service. */
export function saveErrorRate(
  database: Database,
  rate: {
    row: DeploymentRow;
    service: string | null;
    at: { wallMs: number };
    errorRate: number;
    id: string;
    source: string;
  },
): void {
  const { row, at, errorRate, id, source } = rate;
  const service = rate.service ?? row.service;
  database
    .prepare(
      'INSERT OR IGNORE INTO post_deployment_errors (deployment_id, error_id, service, at, error_rate, source) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(row.deploymentId, id, service, isoTime(at.wallMs), errorRate, source);
  if (row.fragment || service === row.deployment) return;
  const group = groupId(database, groupKeyOf(row));
  declaredLabel(database, { groupId: group, kind: 'service', value: service, wallMs: at.wallMs });
}
