import { mostRuns, regressionOf } from '../../src/ledger/analytics/regressions.ts';
import { verdictOf } from '../../src/ledger/read/phaseComparison.ts';

/** A kind of durations, in seconds, with a median of a minute. */
export interface Kind {
  readonly name: string;
  readonly next: (random: () => number) => Drawn;
}

interface Drawn {
  readonly seconds: number;
  /** It took three times as long: `slower` is right then. */
  readonly isOutlier: boolean;
}

const minute = 60;
const normal = (random: () => number) => Math.max(0.1, 1 + 0.1 * gaussian(random));

export const kinds: readonly Kind[] = [
  {
    name: 'normal, standard deviation 10 %',
    next: (random) => ({ seconds: minute * normal(random), isOutlier: false }),
  },
  {
    name: 'skewed: log-normal, sigma 0.2',
    next: (random) => ({ seconds: minute * Math.exp(0.2 * gaussian(random)), isOutlier: false }),
  },
  {
    name: 'normal, and every 20th run takes three times as long',
    next: (random) => {
      const isOutlier = random() < 0.05;
      return { seconds: minute * normal(random) * (isOutlier ? 3 : 1), isOutlier };
    },
  },
];

export interface ErrorRates {
  /** Runs called slower without any change, of 1,000, by how many earlier runs are known. */
  readonly slowerOf: Readonly<Record<5 | 10 | 20, number>>;
  /** Runs called faster, of 1,000, with 20 known. */
  readonly faster: number;
  /** Runs after which `stats --regressions` would list the phase, of 1,000. */
  readonly listed: number;
  /** Runs after a step of +50 % until the first is called slower, and until the phase is listed; null: in half of all never. */
  readonly seenAfter: number | null;
  readonly listedAfter: number | null;
  /** Ratio of the steps that are listed within 10 runs. */
  readonly listedSoon: number;
}

/** The error rates of the rule for one kind of durations. The same seed gives the same figures. */
export function errorRates({ next }: Kind, { runs, seed }: { runs: number; seed: number }): ErrorRates {
  const random = randomOf(seed);
  const series = Array.from({ length: runs }, () => next(random));
  const words = (known: number) =>
    series.map(({ seconds }, at) => {
      const earlier = series.slice(Math.max(0, at - known), at).map((one) => one.seconds);
      return earlier.length < known ? undefined : verdictOf(seconds, earlier)?.word;
    });
  const secondsUntil = (at: number) =>
    series.slice(Math.max(0, at + 1 - mostRuns), at + 1).map((one) => one.seconds);
  const ofThousand = (count: number) => (1000 * count) / runs;
  const alarms = (known: number) =>
    ofThousand(
      words(known).filter((word, at) => word === 'slower' && series[at]?.isOutlier === false).length,
    );
  const withAll = words(20);
  const steps = Array.from({ length: Math.ceil(runs / 50) }, () => stepOf(() => next(random).seconds));
  return {
    slowerOf: { 5: alarms(5), 10: alarms(10), 20: alarms(20) },
    faster: ofThousand(withAll.filter((word) => word === 'faster').length),
    listed: ofThousand(
      withAll.filter((_, at) => isListed(withAll.slice(Math.max(0, at - 2), at + 1), secondsUntil(at)))
        .length,
    ),
    seenAfter: median(steps.map(({ seen }) => seen)),
    listedAfter: median(steps.map(({ listed }) => listed)),
    listedSoon: steps.filter(({ listed }) => listed !== null && listed <= 10).length / steps.length,
  };
}

/** Whether `stats --regressions` lists the phase. Without two slower runs of three it is not asked, which is quicker. */
function isListed(lastThree: readonly (string | undefined)[], seconds: readonly number[]): boolean {
  if (lastThree.filter((word) => word === 'slower').length < 2) return false;
  const run = { deployment: 'a', environment: 'b', service: 'a', stage: 'c', version: '1', startedAt: '' };
  return regressionOf(seconds.slice(-mostRuns).map((one) => ({ ...run, seconds: one }))) !== null;
}

const runsAfterStep = 20;

/** 20 usual runs, then longer ones: after how many of them it is noticed. */
function stepOf(next: () => number): { seen: number | null; listed: number | null } {
  const seconds = Array.from({ length: 20 }, next);
  const words: (string | undefined)[] = [];
  let seen: number | null = null;
  for (let run = 1; run <= runsAfterStep; run += 1) {
    const one = 1.5 * next();
    words.push(verdictOf(one, seconds.slice(-20))?.word);
    seconds.push(one);
    if (seen === null && words.at(-1) === 'slower') seen = run;
    if (isListed(words.slice(-3), seconds)) return { seen, listed: run };
  }
  return { seen, listed: null };
}

function median(values: readonly (number | null)[]): number | null {
  const ascending = values
    .map((value) => value ?? Number.POSITIVE_INFINITY)
    .sort((one, other) => one - other);
  const middle = ascending[Math.floor(ascending.length / 2)] ?? Number.POSITIVE_INFINITY;
  return Number.isFinite(middle) ? middle : null;
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Box and Muller. */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
