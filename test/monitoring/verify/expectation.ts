import type { Ledgers } from './ledgers.ts';

/** The expected result of an instant query: the labels of each series, and its value or bucket. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** NaN: the series exists, but without events. */
  readonly value: number | Bucket;
}

/** Greater than `above`, at most `upTo`. */
export interface Bucket {
  readonly above: number;
  readonly upTo: number;
}

export type Expectation =
  /** Column `value`, the others are labels; null is NaN. No row: no result. */
  | { readonly kind: 'exactly'; readonly sql: string }
  /** Column `value` has the observations; null: the series exists without an observation. */
  | {
      readonly kind: 'quantile';
      readonly q: number;
      readonly bounds: readonly number[];
      readonly sql: string;
      /** Only quantiles above this bound. */
      readonly above?: number;
    }
  /** This many of these series, with the greatest values first. */
  | { readonly kind: 'among'; readonly count: number; readonly sql: string }
  /** Column `value` has the values of a template variable. */
  | { readonly kind: 'values'; readonly sql: string }
  /** Columns `low` and `high` instead of a value. */
  | { readonly kind: 'between'; readonly sql: string }
  /** Firing alerts: those of these that have a result must fire; alerts with a `for` may fire too. */
  | { readonly kind: 'fired'; readonly alerts: Readonly<Record<string, Expectation>> }
  /** Names of metrics that the result must include. */
  | { readonly kind: 'names'; readonly names: readonly string[] };

export const exactly = (sql: string): Expectation => ({ kind: 'exactly', sql });
export const values = (sql: string): Expectation => ({ kind: 'values', sql });
/** Expected if the ledger has no such data. */
export const nothing = exactly('SELECT 1 AS value WHERE 0');

/** The expected series from the ledgers' rows, for values or quantiles. */
export function expectedSeries(
  expectation: Exclude<Expectation, { kind: 'names' | 'values' | 'fired' }>,
  rows: ReturnType<Ledgers['rows']>,
): Series[] {
  const all = new Map<string, { labels: Record<string, string>; values: number[] }>();
  const flat: Series[] = [];
  for (const { value = null, low = null, high = null, ...columns } of rows) {
    // An empty label is the same as none to Prometheus.
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

/** The bucket of the observation with the rank; above the last bound Prometheus returns that bound. */
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
