import { type DeploymentRow, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { declaredLabel, groupId, Totals } from './totals.ts';

/** Adds a smoke test that has ended; an incomplete deployment belongs to no group. */
export function countSmokeTest(
  database: Database,
  { row, test, success, wallMs }: { row: DeploymentRow; test: string; success: boolean; wallMs: number },
): void {
  if (row.fragment) return;
  const group = groupId(database, groupKeyOf(row));
  const label = declaredLabel(database, { groupId: group, kind: 'test', value: test, wallMs });
  new Totals(database, group).count('smoke_test_total', { labels: [label, success ? 'success' : 'failure'] });
}

/** Adds the costs of a deployment. */
export function countCost(
  database: Database,
  { row, resource, usd, wallMs }: { row: DeploymentRow; resource: string; usd: number; wallMs: number },
): void {
  if (row.fragment) return;
  const group = groupId(database, groupKeyOf(row));
  const label = declaredLabel(database, { groupId: group, kind: 'resource', value: resource, wallMs });
  new Totals(database, group).countAmount('deployment_infrastructure_cost_usd_total', {
    amount: usd,
    labels: [label],
  });
}
