import type { Family, Label } from './family.ts';
import { labelText } from './labels.ts';
import type { Sample } from './sample.ts';
import type { GroupSnapshot, Total } from './snapshot.ts';

/** One series of a counter, or one label set of a histogram, with its totals by part. */
interface Series {
  readonly labels: Sample['labels'];
  readonly parts: Map<string, number>;
}

/** The samples of a counter or histogram: zeros for declared values, and the ledger's totals. */
export function totalSamples(
  family: Family,
  { snapshot, totals }: { snapshot: GroupSnapshot; totals: readonly Total[] },
): Sample[] {
  const all = new Map<string, Series>();
  const seriesOf = (values: readonly string[]): Series => {
    const labels = family.labels.map(
      (label, index) => [label.name, labelText(values[index] ?? '', label)] as const,
    );
    const key = JSON.stringify(labels);
    const series = all.get(key) ?? { labels, parts: new Map() };
    all.set(key, series);
    return series;
  };
  for (const values of zeroCombinations(family, pairsInUse(snapshot))) seriesOf(values);
  for (const { labels, part, value } of totals) {
    const { parts } = seriesOf(labels);
    // Values that became equal when they were cut count together.
    parts.set(part, (parts.get(part) ?? 0) + value);
  }
  const toSamples = family.type === 'histogram' ? histogramSamples : counterSamples;
  return [...all.values()].flatMap((series) => toSamples(family, series));
}

/** A stage that ran is declared, including the pair of `other` and the counts of another ledger. */
function pairsInUse({ declared, totals }: GroupSnapshot): GroupSnapshot['declared'] {
  const pairs = new Map(declared.stages.map((pair) => [JSON.stringify(pair), pair]));
  for (const { family, labels } of totals) {
    if (family !== 'deployment_stage_duration_seconds') continue;
    const pair = [labels[0] ?? '', labels[1] ?? ''] as const;
    pairs.set(JSON.stringify(pair), pair);
  }
  return { ...declared, stages: [...pairs.values()] };
}

function counterSamples(family: Family, { labels, parts }: Series): Sample[] {
  return [{ suffix: '', labels, value: amount(family, parts.get('') ?? 0) }];
}

/** Stored per bucket, shown cumulative. Observations with other bounds count in the next bound above. */
function histogramSamples(family: Family, { labels, parts }: Series): Sample[] {
  const kept = [...parts]
    .filter(([part]) => part !== 'sum')
    .map(([part, count]) => [boundOf(part), count] as const);
  const upTo = (bound: number) =>
    kept.reduce((sum, [upper, count]) => (upper <= bound ? sum + count : sum), 0);
  const bounds = [...family.buckets, Number.POSITIVE_INFINITY];
  const count = upTo(Number.POSITIVE_INFINITY);
  return [
    ...bounds.map(
      (bound): Sample => ({
        suffix: '_bucket',
        labels: [['le', boundText(bound)], ...labels],
        value: upTo(bound),
      }),
    ),
    { suffix: '_sum', labels, value: amount(family, parts.get('sum') ?? 0) },
    { suffix: '_count', labels, value: count },
  ];
}

function boundOf(part: string): number {
  return part === '+Inf' ? Number.POSITIVE_INFINITY : Number(part);
}

function boundText(bound: number): string {
  return bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
}

/**
 * Whole millionths as seconds, milliseconds or US dollars. One division of two whole numbers gives the double nearest
 * to the exact decimal, so that a growing total never reads less.
 */
function amount(family: Family, total: number): number {
  return family.millionths ? total / 1e6 : total;
}

type Declarations = GroupSnapshot['declared'];

/**
 * The label values that a counter or histogram shows at 0 before anything happened: all combinations of its closed
 * vocabularies and of the ledger's declarations.
 */
function zeroCombinations(family: Family, declared: Declarations): readonly (readonly string[])[] {
  const isPaired = family.labels[0]?.name === 'service' && family.labels[1]?.name === 'stage';
  const first: readonly (readonly string[])[] = isPaired ? declared.stages : [[]];
  return family.labels.slice(isPaired ? 2 : 0).reduce((combinations, label) => {
    const values = valuesOf(label, declared);
    return combinations.flatMap((combination) => values.map((value) => [...combination, value]));
  }, first);
}

function valuesOf({ vocabulary }: Label, declared: Declarations): readonly string[] {
  if (vocabulary.kind === 'closed') return vocabulary.values;
  if (vocabulary.kind !== 'declared' || vocabulary.of === 'stages') return [];
  return declared[vocabulary.of];
}
