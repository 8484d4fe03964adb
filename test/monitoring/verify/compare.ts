import type { QueryResult } from '../../support/prometheus.ts';
import type { Bucket, Series } from './expectation.ts';

export interface Outcome {
  readonly ok: boolean;
  readonly got: string;
  readonly expected: string;
  /** Number of series, or of values of a variable. */
  readonly count: number;
}

/** Compares a result with the ledger: the same series, each with the same value or in its bucket. */
export function compareSeries(
  got: readonly QueryResult[],
  expected: readonly Series[],
  { count, slack = 1e-9 }: { count?: number; slack?: number } = {},
): Outcome {
  const answers = new Map(got.map(({ labels, value }) => [keyOf(labels), value]));
  const wanted = new Map(expected.map(({ labels, value }) => [keyOf(labels), value]));
  const isRight = ([name, value]: [string, number | Bucket]) => {
    const answer = answers.get(name);
    return answer !== undefined && agrees(answer, { wanted: value, slack });
  };
  const isUnique = answers.size === got.length && wanted.size === expected.length;
  const ok =
    isUnique &&
    (count === undefined
      ? answers.size === wanted.size && [...wanted].every(isRight)
      : answers.size === count && greatest(wanted, count).every(isRight) && isAmong(answers, wanted));
  return { ok, got: shown(answers, numberText), expected: shown(wanted, valueText), count: got.length };
}

/** Those that must be included whichever of equal ones are returned. */
function greatest(wanted: ReadonlyMap<string, number | Bucket>, count: number): [string, number | Bucket][] {
  const sorted = [...wanted].sort(([, one], [, other]) => Number(other) - Number(one));
  const last = sorted[count - 1]?.[1] ?? Number.NEGATIVE_INFINITY;
  return sorted.filter(([, value]) => Number(value) > Number(last));
}

function isAmong(
  answers: ReadonlyMap<string, number>,
  wanted: ReadonlyMap<string, number | Bucket>,
): boolean {
  return [...answers].every(([name, value]) =>
    agrees(value, { wanted: wanted.get(name) ?? Number.NaN, slack: 1e-9 }),
  );
}

export function compareNames(
  got: Iterable<string>,
  expected: Iterable<string>,
  { among = false } = {},
): Outcome {
  const names = [...new Set(got)].sort();
  const wanted = [...new Set(expected)].sort();
  const missing = wanted.filter((name) => !names.includes(name));
  const ok = missing.length === 0 && (among || names.length === wanted.length);
  const text = (list: readonly string[]) => (list.length > 8 ? `${list.length} names` : list.join(' '));
  return {
    ok,
    got: missing.length > 0 ? `without ${missing.join(' ')}` : text(names),
    expected: text(wanted),
    count: wanted.length,
  };
}

/** All labels except the name and the constant job, whose value is checked. */
function keyOf(labels: Readonly<Record<string, string>>): string {
  const { __name__: _, job = 'deploytrack', ...rest } = labels;
  if (job !== 'deploytrack') return `job ${job}`;
  // An empty label is the same as none; VictoriaMetrics returns it.
  return Object.entries(rest)
    .filter(([, value]) => value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

/** Within a relative tolerance; a bucket includes its bounds. */
function agrees(got: number, { wanted, slack }: { wanted: number | Bucket; slack: number }): boolean {
  const near = (bound: number) => slack * Math.max(1, Math.abs(bound));
  if (typeof wanted === 'object')
    return got >= wanted.above - near(wanted.above) && got <= wanted.upTo + near(wanted.upTo);
  return Number.isNaN(wanted) ? Number.isNaN(got) : Math.abs(got - wanted) <= near(wanted);
}

function shown<Value>(series: ReadonlyMap<string, Value>, text: (value: Value) => string): string {
  if (series.size === 0) return 'nothing';
  return [...series]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => (name === '' ? text(value) : `{${name}} ${text(value)}`))
    .join('; ');
}

function valueText(value: number | Bucket): string {
  return typeof value === 'number' ? numberText(value) : `${value.above}..${value.upTo}`;
}

function numberText(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}
