import {
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** The color from each value on; the first color has no lower bound. */
export type Steps = readonly [base: string, ...rest: (readonly [from: number, color: string])[]];

/** Ratios from 0 to 1, times in seconds. */
export const thresholds = {
  none: ['text'],
  calm: ['blue'],
  good: ['green'],
  bad: ['red'],
  /** Green from 95%, yellow from 90%, red below. */
  success: ['red', [0.9, 'yellow'], [0.95, 'green']],
  /** The levels of DORA 2024: elite to 5%, high or medium to 20%. */
  failRate: ['green', [0.05, 'yellow'], [0.2, 'red']],
  /** In percent: alert below 90, gate at 95, SLO 99. */
  healthPercent: ['red', [90, 'orange'], [95, 'yellow'], [99, 'green']],
  /** SLO 5: at least 99%. */
  smoke: ['red', [0.95, 'yellow'], [0.99, 'green']],
  /** 5 and 10 minutes. */
  timeToDeploy: ['green', [300, 'yellow'], [600, 'red']],
  /** More than 300 s is long, more than 900 s too long. */
  duration: ['green', [300, 'yellow'], [900, 'red']],
  /** DatabaseMigrationSlow and DatabaseMigrationVerySlow. */
  migration: ['green', [120, 'yellow'], [300, 'red']],
  /** More than 30 s of downtime is high. */
  downtime: ['green', [15, 'yellow'], [30, 'red']],
  /** The default timeout of a probe is 5000 ms. */
  latency: ['green', [1000, 'yellow'], [5000, 'red']],
  /** How many times as long as on the other hosts. */
  slowerBy: ['green', [1.5, 'yellow'], [2, 'red']],
  /** HighErrorRatePostDeploy: above 5%. */
  errorRate: ['green', [0.01, 'yellow'], [0.05, 'red']],
  /** 0 or 1 in seven days is normal; more than 3 raise an alert. */
  rollbacks: ['green', [2, 'yellow'], [4, 'red']],
  /** Of the error budget left: a half is one rollback. */
  budgetLeft: ['red', [0.25, 'yellow'], [0.75, 'green']],
  /** ErrorBudgetBurnSlow, Medium and Fast. */
  burn: ['green', [1, 'yellow'], [6, 'orange'], [14.4, 'red']],
  count: ['green', [1, 'red']],
  running: ['green', [1, 'blue']],
  binary: ['red', [1, 'green']],
  /** Seconds behind the newest version of the fleet: a day, a week. */
  behind: ['green', [1, 'yellow'], [86400, 'orange'], [604800, 'red']],
  /** Seconds since the last push: 30 days is DeploytrackGroupAbandoned. */
  silent: ['green', [604800, 'yellow'], [2592000, 'red']],
} as const satisfies Readonly<Record<string, Steps>>;

export function thresholdsOf([base, ...rest]: Steps): ThresholdsConfigBuilder {
  const steps: Threshold[] = [
    { value: null, color: base },
    ...rest.map(([value, color]) => ({ value, color })),
  ];
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps);
}
