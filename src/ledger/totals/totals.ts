import { buckets, type HistogramName } from '../../buckets.ts';
import { cutToBytes, type GroupKey, isoTime, type StageErrorType } from '../../model.ts';
import { type DeploymentRow, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';

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
 * nothing. The ledger still knows which gateway the group is on.
 */
export function forgetBaseline(database: Database, id: number): void {
  database.prepare('UPDATE groups SET adopted_at = NULL WHERE id = ?').run(id);
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

export type DeclarationKind = 'service' | 'stage' | 'test' | 'resource' | 'check_type';

/** How many values of a kind a group may declare, including `other`; the default service is not counted here. */
const caps: Readonly<Record<DeclarationKind, number>> = {
  service: 4,
  stage: 45,
  test: 50,
  resource: 10,
  check_type: 10,
};
/** As long as a label's value is pushed: the gateway must have what is counted here. */
const maxLabelBytes = 128;

/** Whether the next new value of a kind counts as `other`, which has its own zero from then on. */
export function isFull(kind: DeclarationKind, declaredValues: number): boolean {
  return declaredValues >= caps[kind] - 1;
}

interface Use {
  readonly groupId: number;
  readonly kind: DeclarationKind;
  readonly value: string;
  readonly wallMs: number;
}

/**
 * The label for a value: the value itself, cut to the length of a label, if it is declared or there is room (a first
 * use declares it), otherwise `other`. One place of each limit is reserved for `other`.
 */
export function declaredLabel(
  database: Database,
  use: Omit<Use, 'kind'> & { kind: Exclude<DeclarationKind, 'stage'> },
): string {
  return declared(database, { ...use, value: cutToBytes(use.value, maxLabelBytes) });
}

export interface StageUse {
  readonly groupId: number;
  readonly service: string;
  readonly stage: string;
  readonly defaultService: string;
  readonly wallMs: number;
}

/** The labels `service` and `stage` of a phase: a pair beyond the limit counts as `other` of the default service. */
export function stageLabels(database: Database, use: StageUse): readonly [service: string, stage: string] {
  const { groupId, wallMs, stage } = use;
  const defaultService = cutToBytes(use.defaultService, maxLabelBytes);
  const service =
    use.service === use.defaultService
      ? defaultService
      : declaredLabel(database, { groupId, kind: 'service', value: use.service, wallMs });
  if (stage === 'other' && service === defaultService) return [service, 'other'];
  const pair = declared(database, {
    groupId,
    kind: 'stage',
    value: JSON.stringify([service, stage]),
    wallMs,
  });
  return pair === 'other' ? [defaultService, 'other'] : [service, stage];
}

function declared(database: Database, { groupId, kind, value, wallMs }: Use): string {
  if (value === 'other') return value;
  const known = database.prepare('SELECT 1 FROM declarations WHERE group_id = ? AND kind = ? AND value = ?');
  if (known.pluck().get(groupId, kind, value) === 1) return value;
  const others = database.prepare('SELECT count(*) FROM declarations WHERE group_id = ? AND kind = ?');
  if (isFull(kind, others.pluck().get(groupId, kind) as number)) return 'other';
  database.prepare('INSERT INTO declarations VALUES (?, ?, ?, ?)').run(groupId, kind, value, isoTime(wallMs));
  return value;
}
