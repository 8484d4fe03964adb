import { buckets, type HistogramName } from '../../buckets.ts';
import type { Database } from '../file/addon.ts';

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
