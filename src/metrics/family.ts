/** The types of the catalogue. */

export type MetricType = 'counter' | 'gauge' | 'histogram';
export type Unit = 'seconds' | 'milliseconds' | 'bytes' | 'USD' | 'ratio';
/** The open vocabularies that a ledger declares, by their names in the snapshot. */
export type Declared = 'services' | 'stages' | 'tests' | 'resources' | 'checkTypes';

/** The limits of a label's values. */
export type Vocabulary =
  | { readonly kind: 'closed'; readonly values: readonly string[] }
  | { readonly kind: 'declared'; readonly of: Declared; readonly cap: number }
  /** Values of the last ten deployments, the newest one, the version in service, or one for the group. */
  | { readonly kind: 'recent' | 'newest' | 'in service' | 'one' };

export interface Label {
  readonly name: string;
  readonly vocabulary: Vocabulary;
  /** Longer values are cut at a character, or left empty if a part of them would be wrong. */
  readonly maxBytes: number;
  readonly overlong: 'cut' | 'empty';
}

export interface Family {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  /** In the order of the text and of `Total.labels`. */
  readonly labels: readonly Label[];
  readonly unit: Unit | null;
  /** Totals are stored as whole millionths; otherwise as whole events. */
  readonly millionths: boolean;
  /** Upper bounds without +Inf, ascending. */
  readonly buckets: readonly number[];
  /** Series of one group: with the default declarations and a full window, and with every limit reached. */
  readonly series: { readonly default: number; readonly cap: number };
  /** The rows whose events it counts or shows. */
  readonly source: string;
}

interface Row {
  readonly help: string;
  readonly labels?: readonly Label[];
  readonly unit?: Unit;
  readonly millionths?: true;
  readonly series: readonly [byDefault: number, cap: number];
  readonly source: string;
}

export function counter(name: string, row: Row): Family {
  return family('counter', { name, row });
}

export function gauge(name: string, row: Row): Family {
  return family('gauge', { name, row });
}

export function histogram(name: string, row: Row & { readonly buckets: readonly number[] }): Family {
  return { ...family('histogram', { name, row }), buckets: row.buckets };
}

export function closed(name: string, values: readonly string[]): Label {
  return label(name, { kind: 'closed', values });
}

export function declared(name: string, { of, cap }: { of: Declared; cap: number }): Label {
  return label(name, { kind: 'declared', of, cap });
}

export function bounded(name: string, kind: 'recent' | 'newest' | 'in service' | 'one'): Label {
  return label(name, { kind });
}

function label(name: string, vocabulary: Vocabulary): Label {
  return { name, vocabulary, maxBytes: 128, overlong: 'cut' };
}

function family(type: MetricType, { name, row }: { name: string; row: Row }): Family {
  const { help, labels = [], unit = null, series, source } = row;
  const isAmount = unit === 'seconds' || unit === 'milliseconds' || unit === 'USD';
  return {
    name,
    type,
    help,
    labels,
    unit,
    millionths: isAmount || row.millionths === true,
    buckets: [],
    series: { default: series[0], cap: series[1] },
    source,
  };
}
