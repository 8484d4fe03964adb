import { catalogue } from '../../src/metrics/catalogue.ts';
import { eventually } from '../support/eventually.ts';
import type { Gateway } from '../support/gateway.ts';
import type { Prometheus } from '../support/prometheus.ts';

/** Every pushed series of a counter or histogram: its value by the text before it. */
export type Counters = ReadonlyMap<string, number>;

/** Reads them from a gateway's /metrics, by its own TYPE lines. */
export function countersIn(text: string): Counters {
  const counters = new Map<string, number>();
  let names: readonly string[] = [];
  for (const line of text.split('\n')) {
    const [, name = '', type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== '') names = namesOf(name, type);
    if (!line.includes('job="deploytrack"')) continue;
    const series = line.slice(0, line.lastIndexOf(' '));
    if (names.includes(series.slice(0, series.indexOf('{'))))
      counters.set(series, Number(line.slice(series.length + 1)));
  }
  return counters;
}

function namesOf(name: string, type: string | undefined): readonly string[] {
  if (type === 'counter') return [name];
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => name + suffix) : [];
}

export interface Watched {
  readonly polls: number;
  /** Number of states that differed from the one before. */
  readonly states: number;
  /** `series: 5 -> 4`; a series that disappeared reads `-> gone`. */
  readonly falls: readonly string[];
}

export interface CounterWatch {
  /** Reads once more, then returns what was seen. */
  end(): Promise<Watched>;
}

/** Reads /metrics repeatedly, 5 ms after each response, and notes every counter that decreased. */
export async function watchCounters(gateway: Gateway): Promise<CounterWatch> {
  const falls: string[] = [];
  let last: Counters = new Map();
  let polls = 0;
  let states = 0;
  let isOver = false;
  const look = async () => {
    const now = countersIn(await gateway.text());
    polls += 1;
    if ([...now].some(([series, value]) => last.get(series) !== value)) states += 1;
    falls.push(...fallsBetween(last, now));
    last = now;
  };
  await eventually(() => look().then(() => true), { what: 'first look' });
  const watching = (async () => {
    while (!isOver) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  // `end` reports it; a test that has failed before stops the gateway without it.
  watching.catch(() => undefined);
  return {
    async end() {
      isOver = true;
      await watching;
      await look();
      return { polls, states, falls };
    },
  };
}

export function fallsBetween(before: Counters, after: Counters): string[] {
  return [...before]
    .filter(([series, value]) => (after.get(series) ?? Number.NEGATIVE_INFINITY) < value)
    .map(([series, value]) => `${series}: ${value} -> ${after.get(series) ?? 'gone'}`);
}

/** Counters and histogram series that Prometheus has seen reset in the last hour. */
export async function resetsSeen(prometheus: Prometheus): Promise<string[]> {
  const seen: string[] = [];
  let series = 0;
  for (const name of catalogue.flatMap((family) => namesOf(family.name, family.type))) {
    series += (await prometheus.value(`count(${name})`)) ?? 0;
    const resets = await prometheus.value(`sum(resets(${name}[1h]))`);
    if (resets !== undefined && resets > 0) seen.push(`${name}: ${resets}`);
  }
  if (series < 100) throw new Error(`only ${series} series to look at`);
  return seen;
}
