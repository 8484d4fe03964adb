import { buckets, type HistogramName } from '../../../../src/buckets.ts';

/** Series in the format of promtool: the series, and its values, one per interval. */
export type Series = Readonly<Record<string, string>>;
export type Labels = Readonly<Record<string, string>>;
/** From this minute on this value; null: not scraped. */
export type Points = readonly (readonly [minute: number, value: number | null])[];

/** One case of an alert. */
export interface AlertCase {
  readonly alert: string;
  readonly title: string;
  readonly series: Series;
  /** Minutes. */
  readonly at: number;
  /** Between two scrapes; by default 15 s, or an hour if one of the cases lasts for days. */
  readonly interval?: string;
  /** Labels of the alerts that fire then, without name and severity; none: the alert is silent. */
  readonly firing: readonly Labels[];
}

export const group = { instance: 'web-1', deployment: 'gateway', environment: 'production' };
export const named = { deployment: 'gateway', environment: 'production' };
/** Scrapes per minute. */
const perMinute = 4;

/** A selector of the usual group with more labels. */
export function of(name: string, labels: Labels = {}): string {
  const all = { job: 'deploytrack', ...group, ...labels };
  return `${name}{${Object.entries(all)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(',')}}`;
}

/** Values over time, up to a minute. */
export function values(points: Points, untilMinute: number): string {
  const count = untilMinute * perMinute + 1;
  return Array.from({ length: count }, (_, index) => {
    const now = points.findLast(([minute]) => minute * perMinute <= index);
    return now === undefined || now[1] === null ? '_' : String(now[1]);
  }).join(' ');
}

/** Every series of a histogram that observes values at their minutes; it starts empty. */
export function histogram(
  name: HistogramName,
  measured: readonly (readonly [minute: number, value: number])[],
  { labels = {}, until }: { labels?: Labels; until: number },
): Series {
  const below = (bound: number) => {
    const within = measured.filter(([, value]) => value <= bound);
    return values([[0, 0], ...within.map(([minute], index) => [minute, index + 1] as const)], until);
  };
  const infinite = below(Number.POSITIVE_INFINITY);
  const sums = measured.map(
    ([minute], index) =>
      [minute, measured.slice(0, index + 1).reduce((sum, [, seconds]) => sum + seconds, 0)] as const,
  );
  return {
    ...Object.fromEntries(
      buckets[name].map((bound) => [of(`${name}_bucket`, { ...labels, le: String(bound) }), below(bound)]),
    ),
    [of(`${name}_bucket`, { ...labels, le: '+Inf' })]: infinite,
    [of(`${name}_count`, labels)]: infinite,
    [of(`${name}_sum`, labels)]: values([[0, 0], ...sums], until),
  };
}

/** Counters by status, each with its own points. */
export function outcomes(
  name: string,
  points: Readonly<Record<string, Points>>,
  { labels = {}, until }: { labels?: Labels; until: number },
): Series {
  return Object.fromEntries(
    Object.entries(points).map(([status, own]) => [of(name, { ...labels, status }), values(own, until)]),
  );
}
