import {
  type AlertCase,
  histogram,
  named,
  of,
  outcomes,
  type Points,
  type Series,
  values,
} from './series.ts';

const consumed = (points: Points): Series => ({
  [of('deployment_error_budget_consumed_total', { cause: 'rollback_health' })]: values(points, 30),
  [of('deployment_error_budget_consumed_total', { cause: 'deploy_failed' })]: values([[0, 0]], 30),
});
const budget = (
  alert: string,
  title: string,
  { points, at, fires = false }: { points: Points; at: number; fires?: boolean },
): AlertCase => ({ alert, title, series: consumed(points), at, firing: fires ? [named] : [] });

/** This many deployments end in minute 3, and this many of them are bad. */
const deployed = (good: number, bad: number): Series => ({
  ...outcomes(
    'deployment_total',
    {
      success: [
        [0, 40],
        [3, 40 + good],
      ],
      failure: [
        [0, 2],
        [3, 2 + bad],
      ],
    },
    { until: 60 },
  ),
  [of('deployment_slo_bad_total')]: values(
    [
      [0, 2],
      [3, 2 + bad],
    ],
    60,
  ),
});
const burn = (
  alert: string,
  title: string,
  told: { series: Series; at: number; fires?: boolean },
): AlertCase => ({
  alert,
  title,
  series: told.series,
  at: told.at,
  firing: told.fires === true ? [named] : [],
});
const share = (alert: string, title: string, told: { series: Series; fires?: boolean }): AlertCase => ({
  alert,
  title,
  series: told.series,
  at: 10,
  firing: told.fires === true ? [named] : [],
});
const health = (healthy: number, unhealthy: number) =>
  outcomes(
    'api_health_check_latency_ms_count',
    {
      healthy: [
        [0, 0],
        [2, healthy],
      ],
      unhealthy: [
        [0, 0],
        [2, unhealthy],
      ],
    },
    { until: 30 },
  );
const smoke = (success: number, failure: number) =>
  outcomes(
    'smoke_test_total',
    {
      success: [
        [0, 0],
        [2, success],
      ],
      failure: [
        [0, 0],
        [2, failure],
      ],
    },
    { labels: { test_name: 'login' }, until: 30 },
  );

export const objectiveCases: readonly AlertCase[] = [
  budget('ErrorBudgetHalfSpent', 'a rollback for bad health', {
    points: [
      [0, 0],
      [2, 0.5],
    ],
    at: 8,
    fires: true,
  }),
  budget('ErrorBudgetHalfSpent', 'nothing was spent', { points: [[0, 0]], at: 8 }),
  budget('ErrorBudgetHalfSpent', 'what was spent before anybody looked', { points: [[0, 3]], at: 8 }),
  budget('ErrorBudgetExhausted', 'two rollbacks for bad health', {
    points: [
      [0, 1],
      [2, 1.5],
      [4, 2],
    ],
    at: 10,
    fires: true,
  }),
  budget('ErrorBudgetExhausted', 'one rollback for bad health', {
    points: [
      [0, 0],
      [2, 0.5],
    ],
    at: 8,
  }),
  budget('ErrorBudgetExhausted', 'in a group that is seen for the first time half a read as a whole', {
    points: [
      [1.75, 0],
      [2, 0.5],
    ],
    at: 5,
  }),
  budget('ErrorBudgetExhausted', 'a restart lost everything and it came back', {
    points: [
      [0, 4],
      [2, null],
      [5, 4],
    ],
    at: 9,
  }),

  burn('ErrorBudgetBurnFast', '2 of 10 in a row', { series: deployed(8, 2), at: 7, fires: true }),
  burn('ErrorBudgetBurnFast', '1 of 10: 10 % are less than 14.4 %', { series: deployed(9, 1), at: 7 }),
  burn('ErrorBudgetBurnFast', '3 of 9: too few to tell', { series: deployed(6, 3), at: 7 }),
  burn('ErrorBudgetBurnFast', 'ten minutes later it burns no more', { series: deployed(8, 2), at: 14 }),
  burn('ErrorBudgetBurnMedium', '1 of 10', { series: deployed(9, 1), at: 20, fires: true }),
  burn('ErrorBudgetBurnMedium', '1 of 20: 5 % are less than 6 %', { series: deployed(19, 1), at: 20 }),
  burn('ErrorBudgetBurnMedium', '1 of 3 a day is no fire', { series: deployed(2, 1), at: 20 }),
  burn('ErrorBudgetBurnMedium', 'an hour later it burns no more', { series: deployed(9, 1), at: 45 }),
  burn('ErrorBudgetBurnSlow', '1 of 20', { series: deployed(19, 1), at: 50, fires: true }),
  burn('ErrorBudgetBurnSlow', '1 of 200', { series: deployed(199, 1), at: 50 }),
  burn('ErrorBudgetBurnSlow', '1 of 9: too few to tell', { series: deployed(8, 1), at: 50 }),

  share('PostDeployHealthSLOBreached', '98 of 100', { series: health(98, 2), fires: true }),
  share('PostDeployHealthSLOBreached', '199 of 200', { series: health(199, 1) }),
  share('PostDeployHealthSLOBreached', 'nothing was checked', { series: health(0, 0) }),
  share('SmokeTestSLOBreached', '98 of 100', { series: smoke(98, 2), fires: true }),
  share('SmokeTestSLOBreached', '199 of 200', { series: smoke(199, 1) }),
  share('DowntimeP95High', '1 of 10 was down for 31 s', {
    series: histogram('deployment_downtime_seconds', [...nine(12), [3, 31]], { until: 30 }),
    fires: true,
  }),
  share('DowntimeP95High', 'all were down for 30 s', {
    series: histogram('deployment_downtime_seconds', nine(30), { until: 30 }),
  }),
];

function nine(seconds: number): [number, number][] {
  return Array.from({ length: 9 }, () => [2, seconds]);
}
