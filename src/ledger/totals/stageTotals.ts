import type { StageErrorType } from '../../model.ts';
import { type DeploymentRow, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { stageLabels } from './declarations.ts';
import { groupId } from './groups.ts';
import { Totals } from './totals.ts';

/** A run of a phase that has ended. */
export interface EndedRun {
  readonly service: string;
  readonly stage: string;
  /** Null if its start was not marked. */
  readonly durationSeconds: number | null;
  readonly status: 'success' | 'failed';
  readonly errorType: StageErrorType | null;
  /** When it is counted: a first use declares its names from then on. */
  readonly wallMs: number;
}

/** Adds an ended run to the totals of its group; an incomplete deployment belongs to none. */
export function countRun(database: Database, { row, run }: { row: DeploymentRow; run: EndedRun }): void {
  if (row.fragment) return;
  const { durationSeconds } = run;
  const group = groupId(database, groupKeyOf(row));
  const labels = stageLabels(database, { ...run, groupId: group, defaultService: row.deployment });
  const totals = new Totals(database, group);
  if (run.status === 'failed')
    totals.count('deployment_stage_failures_total', { labels: [...labels, run.errorType ?? 'other'] });
  if (durationSeconds === null) return;
  totals.observe('deployment_stage_duration_seconds', { value: durationSeconds, labels });
  database
    .prepare('INSERT OR REPLACE INTO last_stages VALUES (?, ?, ?, ?)')
    .run(group, ...labels, durationSeconds);
}

/** Adds applied migrations, or one failed run. */
export function countMigration(
  database: Database,
  { row, status, count }: { row: DeploymentRow; status: 'success' | 'failure'; count: number },
): void {
  if (row.fragment || count === 0) return;
  new Totals(database, groupId(database, groupKeyOf(row))).count('migration_total', {
    labels: [status],
    by: count,
  });
}
