import { compactTime } from '../model.ts';
import type { Scenario } from './scenario.ts';

interface Place {
  readonly deployment: string;
  readonly environment: string;
  readonly hostname: string;
  /** How many days ago it ended. */
  readonly until: number;
  /** Maximum number of deployments on a working day. */
  readonly mostADay: number;
  readonly firstVersion: readonly [major: number, minor: number];
}

const places: readonly Place[] = [
  {
    deployment: 'gateway',
    environment: 'production',
    hostname: 'SAMPLE-VM-1',
    until: 1,
    mostADay: 3,
    firstVersion: [2, 31],
  },
  {
    deployment: 'gateway',
    environment: 'staging',
    hostname: 'SAMPLE-VM-2',
    until: 2,
    mostADay: 4,
    firstVersion: [2, 31],
  },
  {
    deployment: 'billing',
    environment: 'production',
    hostname: 'SAMPLE-VM-3',
    until: 2,
    mostADay: 1,
    firstVersion: [7, 4],
  },
];
const people = ['ada', 'grace', 'linus', 'margaret'];
const dayMs = 86_400_000;
const days = 30;

/**
 * The deployments of the last 30 days, the same at every call: about 150, with failures, a few rollbacks, a day on which
 * packages had to be downloaded again, and phases that become slower.
 */
export function inventedMonth(nowMs: number, seed = 4): Scenario[] {
  const random = seeded(seed);
  const stories = places.flatMap((place) => ofPlace(place, { nowMs, random }));
  return stories.sort((one, other) => one.startMs - other.startMs);
}

function ofPlace(place: Place, { nowMs, random }: { nowMs: number; random: () => number }): Scenario[] {
  const stories: Scenario[] = [];
  const [major, minor] = place.firstVersion;
  for (let day = days; day >= place.until; day -= 1) {
    const isWeekend = day % 7 === 3 || day % 7 === 4;
    const many = isWeekend ? 0 : 1 + Math.floor(random() * place.mostADay);
    for (let n = 0; n < many; n += 1) {
      const startMs = nowMs - day * dayMs + (n + random() * 0.8) * (dayMs / (many + 1));
      const version = `${major}.${minor + Math.floor(stories.length / 5)}.${stories.length % 5}`;
      const previousVersion = stories.at(-1)?.version ?? `${major}.${minor - 1}.4`;
      stories.push(story({ place, version, previousVersion, startMs, day, random }));
    }
  }
  return stories;
}

function story({
  place,
  version,
  previousVersion,
  startMs,
  day,
  random,
}: {
  place: Place;
  version: string;
  previousVersion: string;
  startMs: number;
  day: number;
  random: () => number;
}): Scenario {
  const about = (seconds: number): number => Math.round(seconds * (0.85 + 0.3 * random()) * 1000) / 1000;
  const { deployment, environment, hostname } = place;
  // The packages were not cached.
  const venv = day === 9 ? 3.1 : 1;
  const stamp = compactTime(startMs);
  const digits = Math.floor(random() * 0xffff_ffff);
  return {
    id: `${stamp}-${digits.toString(16).padStart(8, '0')}`,
    ...{ startMs, deployment, environment, hostname, version, previousVersion },
    triggeredBy: people[Math.floor(random() * people.length)] ?? 'ada',
    seconds: {
      extract: about(8.5),
      venv_rebuild: about(45.3 * venv),
      migration: about(12.1 * (1 + (days - day) / days)),
      cutover: about(13.2),
    },
    downtimeSeconds: about(6.8),
    secondsUntilHealthy: about(11),
    end: endOf(random()),
    migrations: Math.floor(random() * 4),
  };
}

function endOf(chance: number): Scenario['end'] {
  if (chance < 0.04) return 'migration-failed';
  if (chance < 0.07) return 'unhealthy';
  return chance < 0.1 ? 'smoke-failed' : 'success';
}

/** mulberry32 by Tommy Ettinger (public domain): the same numbers from the same seed; from 0, below 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
