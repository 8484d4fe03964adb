import { buckets, type HistogramName } from '../../buckets.ts';
import type { GroupKey, StageErrorType } from '../../model.ts';
import { type DeploymentRow, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';
import { stageLabels } from './declarations.ts';

/** Adds to the stored totals of one group, inside the transaction of the mark. */
export class Totals {
  readonly #groupId: number;
  readonly #add: { run(...values: unknown[]): unknown };

  constructor(database: Database, groupId: number) {
    this.#groupId = groupId;
    this.#add = database.prepare(
      `INSERT INTO totals (group_id, family, labels, part, value) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET value = value + excluded.value`,
    );
  }

  /** Adds whole events; `labels` in the catalogue's order. */
  count(family: string, { labels = [], by = 1 }: { labels?: readonly string[]; by?: number } = {}): void {
    this.#add.run(this.#groupId, family, JSON.stringify(labels), '', by);
  }

  /** Adds seconds, USD or parts of a budget to a counter, stored as whole millionths. */
  countAmount(family: string, { amount, labels = [] }: { amount: number; labels?: readonly string[] }): void {
    this.#add.run(this.#groupId, family, JSON.stringify(labels), '', Math.round(amount * 1e6));
  }

  /** One observation: its own bucket (not the ones above) and the sum in whole millionths. */
  observe(
    family: HistogramName,
    { value, labels = [] }: { value: number; labels?: readonly string[] },
  ): void {
    const bound = buckets[family].find((upper) => value <= upper);
    const key = JSON.stringify(labels);
    this.#add.run(this.#groupId, family, key, bound === undefined ? '+Inf' : String(bound), 1);
    this.#add.run(this.#groupId, family, key, 'sum', Math.round(value * 1e6));
  }
}

/** The ID of a group's row, created on first use. `instance` is lower case; the row's `hostname` keeps the spelling. */
export function groupId(database: Database, key: GroupKey): number {
  const values = [key.instance.toLowerCase(), key.deployment, key.environment];
  const find = database
    .prepare<unknown[], Rows['groups']['id']>(
      'SELECT id FROM groups WHERE instance = ? AND deployment = ? AND environment = ?',
    )
    .pluck();
  const found = find.get(...values);
  if (found !== undefined) return found;
  return Number(
    database.prepare('INSERT INTO groups (instance, deployment, environment) VALUES (?, ?, ?)').run(...values)
      .lastInsertRowid,
  );
}

/** The group has a newer state than what was pushed: pending until a 2xx for this sequence number or a later one. */
export function newSequence(database: Database, id: number): void {
  database.prepare('UPDATE groups SET seq = seq + 1 WHERE id = ?').run(id);
}

/** The same, after an event in it: a group that was gone is back. */
export function touchGroup(database: Database, id: number): void {
  database
    .prepare('UPDATE groups SET seq = seq + 1, gone_at = NULL, gone_why = NULL, aged_out = 0 WHERE id = ?')
    .run(id);
}

/** The deployment's group has news, if it has a group. */
export function touchGroupOf(database: Database, row: DeploymentRow): void {
  if (!row.fragment) touchGroup(database, groupId(database, groupKeyOf(row)));
}

/**
 * The gateway's state of this group must be read again: another ledger may have pushed it since. Until then marks push
 * nothing.
 */
export function forgetBaseline(database: Database, id: number): void {
  database.prepare('UPDATE groups SET adopted_url = NULL WHERE id = ?').run(id);
}

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
