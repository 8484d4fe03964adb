import type { Deployment } from '../server/api.ts';

/** One duration of two deployments, in seconds. */
export interface ComparedTime {
  readonly name: string;
  readonly one: number | null;
  readonly other: number | null;
  readonly difference: number | null;
  readonly isNotable: boolean;
}

/** From here on a difference is colored, as in the terminal: at least 1.5 times as long and at least one second. */
const notable = { ratio: 1.5, seconds: 1 };

export function comparedTimes(one: Deployment, other: Deployment): ComparedTime[] {
  const stages = [...new Set([...one.phases, ...other.phases].map(({ stage }) => stage))];
  return [
    timeOf('total', one.total_duration, other.total_duration),
    ...stages.map((stage) => timeOf(stage, covered(one, stage), covered(other, stage))),
    timeOf('downtime', one.downtime_duration, other.downtime_duration),
    timeOf('time to healthy', number(one.time_to_healthy), number(other.time_to_healthy)),
  ].filter((row) => row.one !== null || row.other !== null);
}

function timeOf(name: string, one: number | null, other: number | null): ComparedTime {
  if (one === null || other === null) return { name, one, other, difference: null, isNotable: false };
  const difference = other - one;
  const [less, more] = [Math.min(one, other), Math.max(one, other)];
  const isNotable = more >= notable.ratio * less && Math.abs(difference) >= notable.seconds;
  return { name, one, other, difference, isNotable };
}

function number(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** The time of all runs of a phase; parallel ones count once, the rollback does not. */
function covered({ phases }: Deployment, stage: string): number | null {
  const runs = phases
    .filter((run) => run.stage === stage && !run.of_rollback && !run.late && run.duration !== null)
    .map(({ started_at: at, duration }) => ({
      from: Date.parse(at),
      to: Date.parse(at) + (duration ?? 0) * 1000,
    }))
    .sort((first, second) => first.from - second.from);
  if (runs.length === 0) return null;
  let [sum, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of runs) {
    sum += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return sum / 1000;
}
