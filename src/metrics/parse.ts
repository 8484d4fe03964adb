import type { GroupKey } from '../model.ts';
import { catalogue } from './catalogue.ts';
import { groupLabels } from './exposition.ts';
import type { Family } from './family.ts';
import { type ParsedSample, parseLine, sampleName } from './parseLine.ts';
import type { Total } from './snapshot.ts';

/** The gateway's content under one group's key. */
export interface RemoteGroupText {
  /** Whether the gateway has the group at all; a rejected push leaves an empty one. */
  readonly exists: boolean;
  /** Unix time of the last accepted push; 0 if there was none, null if the server does not say. */
  readonly pushedAtSeconds: number | null;
  /** The ledger that rendered it. */
  readonly ledgerId: string | null;
  /** That ledger's sequence number. */
  readonly events: number | null;
  /** Counters and histograms, in the form of the snapshot; every series has at least one total, even at 0. */
  readonly totals: readonly Total[];
}

const eventsFamily = 'deploytrack_ledger_events_total';
const kept = new Map(
  catalogue
    .filter(({ type, name }) => type !== 'gauge' && name !== eventsFamily)
    .map((family) => [family.name, family]),
);

/** Picks one group out of the lines of a gateway's /metrics, in any order; stores nothing of the others. */
export class GroupReader {
  readonly #key: ReadonlyMap<string, string>;
  readonly #series = new Map<string, HeldSeries>();
  #exists = false;
  #pushedAtSeconds: number | null = null;
  #ledgerId: string | null = null;
  #events: number | null = null;

  constructor(key: GroupKey) {
    this.#key = new Map(groupLabels(key));
  }

  /** One line, without its line end. */
  take(line: string): void {
    const found = placedSample(line);
    if (found !== null) this.takeSample(found);
  }

  /** The same, of a line that was parsed already. */
  takeSample({ place, sample }: PlacedSample): void {
    if (!this.#isOurs(sample, labelNames(place))) return;
    this.#exists = true;
    if (place === 'push_time_seconds') this.#pushedAtSeconds = finite(sample.value);
    else if (place === eventsFamily) this.#events = wholeNumber(sample.value, 1);
    else if (place === 'deploytrack_ledger_info') this.#ledgerId = sample.labels.get('ledger') ?? null;
    else if (typeof place !== 'string') this.#keep(sample, place);
  }

  result(): RemoteGroupText {
    return {
      exists: this.#exists,
      pushedAtSeconds: this.#pushedAtSeconds,
      ledgerId: this.#ledgerId,
      events: this.#events,
      totals: [...this.#series.values()].flatMap(toTotals),
    };
  }

  /** A label that is not ours means another group, which contains our key and more. */
  #isOurs({ labels }: ParsedSample, names: readonly string[]): boolean {
    return (
      [...this.#key].every(([name, value]) => labels.get(name) === value) &&
      [...labels.keys()].every((name) => this.#key.has(name) || names.includes(name))
    );
  }

  #keep({ labels, value }: ParsedSample, { family, part }: Place): void {
    const values = family.labels.map(({ name }) => labels.get(name) ?? '');
    const id = JSON.stringify([family.name, ...values]);
    const series = this.#series.get(id) ?? { family, labels: values, parts: new Map() };
    this.#series.set(id, series);
    series.parts.set(part === 'bucket' ? (labels.get('le') ?? '') : part, value);
  }
}

/** A sample that a reader needs. */
export interface PlacedSample {
  readonly place: Place | Own;
  readonly sample: ParsedSample;
}

/** The sample in a line; null if no reader needs it. */
export function placedSample(line: string): PlacedSample | null {
  const place = placeOf(sampleName(line));
  const sample = place === null ? null : parseLine(line);
  return place === null || sample === null ? null : { place, sample };
}

interface HeldSeries {
  readonly family: Family;
  readonly labels: readonly string[];
  /** The texts of the values, by upper bound, `sum`, `count` or ''. */
  readonly parts: Map<string, string>;
}

interface Place {
  readonly family: Family;
  readonly part: '' | 'bucket' | 'sum' | 'count';
}

const own = [
  'push_time_seconds',
  'push_failure_time_seconds',
  eventsFamily,
  'deploytrack_ledger_info',
] as const;
type Own = (typeof own)[number];

/** The place of a sample with this name; null if it is not needed. */
function placeOf(name: string): Place | Own | null {
  if ((own as readonly string[]).includes(name)) return name as Own;
  const whole = kept.get(name);
  // `deployment_rollback_count` is a counter of that name, not the count of a histogram.
  if (whole !== undefined) return whole.type === 'counter' ? { family: whole, part: '' } : null;
  const split = /^(.+)_(bucket|sum|count)$/.exec(name);
  const family = kept.get(split?.[1] ?? '');
  return family?.type === 'histogram' ? { family, part: split?.[2] as 'bucket' | 'sum' | 'count' } : null;
}

/** The labels of samples at this place in addition to the group's. */
function labelNames(place: Place | Own): readonly string[] {
  if (typeof place === 'string') return place === 'deploytrack_ledger_info' ? ['ledger'] : [];
  const names = place.family.labels.map(({ name }) => name);
  return place.part === 'bucket' ? [...names, 'le'] : names;
}

function toTotals({ family, labels, parts }: HeldSeries): Total[] {
  const scale = family.millionths ? 1e6 : 1;
  if (family.type === 'counter')
    return [{ family: family.name, labels, part: '', value: wholeNumber(parts.get('') ?? '', scale) }];
  const sum = { family: family.name, labels, part: 'sum', value: wholeNumber(parts.get('sum') ?? '', scale) };
  return [...ownCounts(parts).map(([part, value]) => ({ family: family.name, labels, part, value })), sum];
}

/** The cumulative buckets as counts per bucket; zeros are left out. */
function ownCounts(parts: ReadonlyMap<string, string>): [part: string, count: number][] {
  const cumulative = [...parts]
    .filter(([part]) => part !== 'sum' && part !== 'count' && part !== '+Inf')
    .map(([part, count]) => [Number(part), wholeNumber(count, 1)] as const)
    .sort(([left], [right]) => left - right);
  const all = wholeNumber(parts.get('+Inf') ?? parts.get('count') ?? '', 1);
  let below = 0;
  const counts: [string, number][] = [];
  for (const [bound, count] of [...cumulative, [Number.POSITIVE_INFINITY, all] as const]) {
    if (count > below)
      counts.push([bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound), count - below]);
    below = Math.max(below, count);
  }
  return counts;
}

/** A value as a whole number of 1/scale; 0 for anything else. */
function wholeNumber(text: string, scale: number): number {
  const whole = Math.round((finite(text) ?? 0) * scale);
  return Number.isSafeInteger(whole) && whole > 0 ? whole : 0;
}

function finite(text: string): number | null {
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : null;
}
