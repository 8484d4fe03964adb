import type { Ledgers } from './ledgers.ts';

/** What an instant query must answer: of each series its labels, and a value or the bucket that it lies in. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** NaN: there are series, but nothing happened that they could tell of. */
  readonly value: number | Bucket;
}

/** Above the one, up to the other. */
export interface Bucket {
  readonly above: number;
  readonly upTo: number;
}

export type Expectation =
  /** Column `value`, the others are labels; null is NaN. No row: no answer. */
  | { readonly kind: 'exactly'; readonly sql: string }
  /** Column `value` has what was observed; null: the series is there, without an observation. */
  | {
      readonly kind: 'quantile';
      readonly q: number;
      readonly bounds: readonly number[];
      readonly sql: string;
      /** Only quantiles above this bound. */
      readonly above?: number;
    }
  /** So many of these series, with the greatest values first. */
  | { readonly kind: 'among'; readonly count: number; readonly sql: string }
  /** Column `value` has the values of a template variable. */
  | { readonly kind: 'values'; readonly sql: string }
  /** Columns `low` and `high` instead of a value. */
  | { readonly kind: 'between'; readonly sql: string }
  /** Alerts that fire: at least those of these that have an answer; others may have waited for their `for`. */
  | { readonly kind: 'fired'; readonly alerts: Readonly<Record<string, Expectation>> }
  /** Names of metrics that must be among those that the answer has. */
  | { readonly kind: 'names'; readonly names: readonly string[] };

export const exactly = (sql: string): Expectation => ({ kind: 'exactly', sql });
export const values = (sql: string): Expectation => ({ kind: 'values', sql });
/** Where the ledger has nothing of the kind. */
export const nothing = exactly('SELECT 1 AS value WHERE 0');

/** The series that the ledgers' rows make, for an expectation of values or of quantiles. */
export function expectedSeries(
  expectation: Exclude<Expectation, { kind: 'names' | 'values' | 'fired' }>,
  rows: ReturnType<Ledgers['rows']>,
): Series[] {
  const all = new Map<string, { labels: Record<string, string>; values: number[] }>();
  const flat: Series[] = [];
  for (const { value = null, low = null, high = null, ...columns } of rows) {
    // To Prometheus an empty label is none.
    const labels = Object.fromEntries(
      Object.entries(columns)
        .filter(([, text]) => text !== null && text !== '')
        .map(([name, text]) => [name, String(text)]),
    );
    const figure = value === null ? Number.NaN : Number(value);
    const isBetween = expectation.kind === 'between';
    flat.push({ labels, value: isBetween ? { above: Number(low), upTo: Number(high) } : figure });
    const set = all.get(JSON.stringify(labels)) ?? { labels, values: [] };
    all.set(JSON.stringify(labels), set);
    if (value !== null) set.values.push(Number(value));
  }
  if (expectation.kind !== 'quantile') return flat;
  const { above = Number.NEGATIVE_INFINITY } = expectation;
  return [...all.values()]
    .map(({ labels, values: observed }) => ({ labels, value: quantile(observed, expectation) }))
    .filter(({ value }) =>
      above === Number.NEGATIVE_INFINITY ? true : typeof value === 'object' && value.above >= above,
    );
}

/** The bucket of the observation that has the rank; above the last bound Prometheus answers that bound. */
function quantile(
  observed: readonly number[],
  { q, bounds }: { q: number; bounds: readonly number[] },
): number | Bucket {
  if (observed.length === 0) return Number.NaN;
  const sorted = [...observed].sort((one, other) => one - other);
  const ranked = sorted[Math.max(0, Math.ceil(q * sorted.length - 1e-9) - 1)] ?? Number.NaN;
  const index = bounds.findIndex((bound) => ranked <= bound);
  const last = bounds.at(-1) ?? Number.NaN;
  if (index === -1) return { above: last, upTo: last };
  return { above: bounds[index - 1] ?? 0, upTo: bounds[index] ?? last };
}
