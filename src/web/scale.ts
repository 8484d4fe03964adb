import type { Deployment } from '../server/api.ts';

/** The time range of a waterfall, in Unix milliseconds. */
export interface Scale {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * From the start of a deployment to its last event, or until now if it runs. What came more than its own duration after
 * its end, such as a rollback on the next day, would leave no room for its phases: it stands at the end.
 */
export function scaleOf(one: Deployment, now: Date): Scale {
  const fromMs = Date.parse(one.deployment_started_at);
  const own = [
    ...(one.deployment_completed_at === null ? [now.getTime()] : [Date.parse(one.deployment_completed_at)]),
    ...times(one.phases.filter(({ late }) => !late).map((phase) => phase.ended_at)),
  ];
  const ownMs = Math.max(fromMs + 1, ...own);
  const after = [
    ...times([
      ...one.phases.map((phase) => phase.ended_at),
      ...one.attempts.map(({ at }) => at),
      ...one.smoke_tests.map(({ at }) => at),
      ...one.rollbacks.map(({ at }) => at),
    ]),
    ...one.health_verifications.map(({ started_at: at, duration }) => Date.parse(at) + duration * 1000),
  ];
  return { fromMs, toMs: Math.max(ownMs, ...after.filter((ms) => ms <= ownMs + (ownMs - fromMs))) };
}

function times(all: readonly (string | null)[]): number[] {
  return all.flatMap((time) => (time === null ? [] : [Date.parse(time)]));
}

export function shareOf({ fromMs, toMs }: Scale, ms: number): number {
  return Math.min(1, Math.max(0, (ms - fromMs) / (toMs - fromMs)));
}

const steps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400, 604_800,
];

/** Seconds of the marks of an axis: round, and about five. */
export function ticksOf({ fromMs, toMs }: Scale): number[] {
  const total = (toMs - fromMs) / 1000;
  const step = steps.find((one) => total / one <= 6) ?? total / 5;
  const fine = total < 2 ? total / 4 : step;
  const all = Array.from({ length: Math.floor(total / fine) + 1 }, (_, index) => index * fine);
  // The text of a mark at the end would not fit.
  return all.filter((at) => at <= 0.93 * total);
}
