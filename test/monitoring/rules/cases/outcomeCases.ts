import {
  type AlertCase,
  group,
  histogram,
  type Labels,
  named,
  of,
  outcomes,
  type Points,
  values,
} from './series.ts';

const deployments = (points: Readonly<Record<string, Points>>, until = 60) =>
  outcomes('deployment_total', points, { until });
const failed = (
  title: string,
  failure: Points,
  { at, fires }: { at: number; fires: boolean },
): AlertCase => ({
  alert: 'DeploymentFailed',
  title,
  series: deployments({ success: [[0, 3]], failure }),
  at,
  firing: fires ? [group] : [],
});
const share = (title: string, [good, bad]: readonly [number, number], at: number): AlertCase => ({
  alert: 'DeploymentSuccessRateLow',
  title,
  series: deployments({
    success: [
      [0, 5],
      [4, 5 + good],
    ],
    failure: [
      [0, 1],
      [4, 1 + bad],
    ],
  }),
  at,
  firing: [],
});
const rollbacks = (reasons: Readonly<Record<string, Points>>) =>
  Object.fromEntries(
    Object.entries(reasons).map(([reason, points]) => [
      of('deployment_rollback_total', { reason, status: 'success' }),
      values(points, 30),
    ]),
  );
const one: Points = [
  [0, 0],
  [2, 1],
];
const running = (progress: Points, id = 'd1') => ({
  [of('deployment_recent_start_timestamp_seconds', { deployment_id: id })]: values([[0, 0]], 40),
  [of('deployment_in_progress', { deployment_id: id })]: values(progress, 40),
});
const d1: Labels = { ...group, deployment_id: 'd1' };

export const outcomeCases: readonly AlertCase[] = [
  failed(
    'one failed',
    [
      [0, 0],
      [2, 1],
    ],
    { at: 3, fires: true },
  ),
  failed(
    'two failed between two scrapes',
    [
      [0, 0],
      [2, 2],
    ],
    { at: 3, fires: true },
  ),
  failed(
    'the first event of a group that was born at 0 half a minute before',
    [
      [1.5, 0],
      [2, 1],
    ],
    {
      at: 3,
      fires: true,
    },
  ),
  failed('a first event that was born at 1 is seen by nobody', [[2, 1]], { at: 3, fires: false }),
  failed('nothing fails', [[0, 7]], { at: 10, fires: false }),
  failed(
    'five minutes later it is over',
    [
      [0, 0],
      [2, 1],
    ],
    { at: 8, fires: false },
  ),
  failed(
    'a restart lost everything, and it was pushed again',
    [
      [0, 7],
      [2, null],
      [5, 7],
    ],
    {
      at: 6,
      fires: false,
    },
  ),
  failed(
    'a host that is gone keeps its values',
    [
      [0, 0],
      [2, 1],
    ],
    { at: 50, fires: false },
  ),

  { ...share('nine of ten for half an hour', [9, 1], 40), firing: [named] },
  share('half an hour is not over', [9, 1], 20),
  share('24 of 25', [24, 1], 40),
  share('nothing was deployed: 0/0 is no failure', [0, 0], 40),

  {
    alert: 'RollbacksIncreasing',
    title: 'four rollbacks of four reasons',
    series: rollbacks({ health_check_failed: one, test_failed: one, manual: one, other: one }),
    at: 5,
    firing: [named],
  },
  {
    alert: 'RollbacksIncreasing',
    title: 'exactly three, which increase() reads as a little more',
    series: rollbacks({
      health_check_failed: [
        [0, 1],
        [2, 2],
        [9, 3],
      ],
      manual: one,
    }),
    at: 20,
    firing: [],
  },
  {
    alert: 'RollbacksIncreasing',
    title: 'five that were there before',
    series: rollbacks({
      manual: [
        [0, 5],
        [2, null],
        [4, 5],
      ],
    }),
    at: 20,
    firing: [],
  },

  {
    alert: 'DeploymentTakingTooLong',
    title: 'it runs for 18 minutes',
    series: running([[0, 1]]),
    at: 18,
    firing: [d1],
  },
  {
    alert: 'DeploymentTakingTooLong',
    title: 'its host is gone: it is open until somebody closes it',
    series: running([[0, 1]]),
    at: 39,
    firing: [d1],
  },
  {
    alert: 'DeploymentTakingTooLong',
    title: 'a restart lost everything, and it still runs',
    series: running([
      [0, 1],
      [10, null],
      [14, 1],
    ]),
    at: 18,
    firing: [d1],
  },
  {
    alert: 'DeploymentTakingTooLong',
    title: 'it runs for 14 minutes',
    series: running([[0, 1]]),
    at: 14,
    firing: [],
  },
  {
    alert: 'DeploymentTakingTooLong',
    title: 'it ended after 15 minutes and a half',
    series: running([
      [0, 1],
      [15.5, 0],
    ]),
    at: 18,
    firing: [],
  },
  {
    alert: 'DeploymentTakingTooLong',
    title: 'another one ended long ago, between two scrapes',
    series: running([[0, 0]]),
    at: 30,
    firing: [],
  },

  {
    alert: 'TimeToDeployHigh',
    title: 'the only one took 601 s',
    series: histogram('time_to_deploy_seconds', [[2, 601]], { until: 30 }),
    at: 6,
    firing: [named],
  },
  {
    alert: 'TimeToDeployHigh',
    title: 'three took 600 s',
    series: histogram(
      'time_to_deploy_seconds',
      [
        [2, 600],
        [3, 600],
        [4, 600],
      ],
      { until: 30 },
    ),
    at: 10,
    firing: [],
  },
  {
    alert: 'TimeToDeployBudgetExceeded',
    title: 'two took 1201 s',
    series: histogram(
      'time_to_deploy_seconds',
      [
        [2, 1201],
        [9, 1201],
      ],
      { until: 30 },
    ),
    at: 10,
    firing: [named],
  },
  {
    alert: 'TimeToDeployBudgetExceeded',
    title: 'one took 1201 s, two 1200 s',
    series: histogram(
      'time_to_deploy_seconds',
      [
        [2, 1201],
        [8, 1200],
        [9, 1200],
      ],
      { until: 30 },
    ),
    at: 10,
    firing: [],
  },
  {
    alert: 'DeploymentLong',
    title: 'one took 301 s',
    series: histogram('deployment_duration_seconds', [[2, 301]], { until: 30 }),
    at: 3,
    firing: [group],
  },
  {
    alert: 'DeploymentLong',
    title: 'one took 300 s',
    series: histogram('deployment_duration_seconds', [[2, 300]], { until: 30 }),
    at: 3,
    firing: [],
  },
];
