import {
  type AlertCase,
  group,
  histogram,
  type Labels,
  named,
  of,
  outcomes,
  type Points,
  type Series,
  values,
} from './series.ts';

const checks = (healthy: Points, unhealthy: Points): Series =>
  outcomes('api_health_check_latency_ms_count', { healthy, unhealthy }, { until: 30 });
const at2 = (amount: number): Points => [
  [0, 10],
  [2, 10 + amount],
];
const errorRate = (rate: number): Series => ({
  [of('post_deployment_error_rate', { service: 'api', deployment_id: 'd1' })]: values([[1, rate]], 70),
  [of('deployment_recent_start_timestamp_seconds', { deployment_id: 'd1' })]: values([[0, 0]], 70),
  [of('deployment_recent_start_timestamp_seconds', { deployment_id: 'd0' })]: values([[0, 0]], 70),
});
const d1: Labels = { ...group, deployment_id: 'd1' };

/** Two deployments: d0 from an hour before, d1 from minute 0. */
function health(told: {
  running: Points;
  status: Points | null;
  passed?: Points;
  rolledBack?: string;
}): Series {
  const until = 30;
  const { running, status, passed, rolledBack } = told;
  return {
    [of('deployment_recent_start_timestamp_seconds', { deployment_id: 'd0' })]: values([[0, -3600]], until),
    [of('deployment_recent_start_timestamp_seconds', { deployment_id: 'd1' })]: values([[0, 0]], until),
    [of('deployment_in_progress', { deployment_id: 'd0' })]: values([[0, 0]], until),
    [of('deployment_in_progress', { deployment_id: 'd1' })]: values(running, until),
    ...Object.fromEntries(
      ['d0', 'd1'].map((id) => [
        of('deployment_recent_info', { deployment_id: id, rolled_back: String(rolledBack === id) }),
        values([[0, 1]], until),
      ]),
    ),
    ...(status === null ? {} : { [of('deployment_health_status')]: values(status, until) }),
    ...(passed === undefined
      ? {}
      : {
          [of('deployment_recent_stage_duration_seconds', {
            deployment_id: 'd1',
            service: 'gateway',
            stage: 'health_check',
            status: 'success',
          })]: values(passed, until),
        }),
  };
}
const notHealthy = (
  title: string,
  series: Series,
  { at, firing = [] }: { at: number; firing?: readonly Labels[] },
): AlertCase => ({ alert: 'DeploymentNotHealthy', title, series, at, firing });

export const healthCases: readonly AlertCase[] = [
  {
    alert: 'PostDeploymentHealthChecksFailing',
    title: '8 of 10 passed',
    series: checks(at2(8), at2(2)),
    at: 5,
    firing: [named],
  },
  {
    alert: 'PostDeploymentHealthChecksFailing',
    title: '19 of 20 passed',
    series: checks(at2(19), at2(1)),
    at: 5,
    firing: [],
  },
  {
    alert: 'PostDeploymentHealthChecksFailing',
    title: 'two minutes are not over',
    series: checks(at2(8), at2(2)),
    at: 3,
    firing: [],
  },
  {
    alert: 'PostDeploymentHealthChecksFailing',
    title: 'a host that is gone checks nothing',
    series: checks(at2(8), at2(2)),
    at: 20,
    firing: [],
  },
  {
    alert: 'HealthCheckFailuresPostDeploy',
    title: 'three failed',
    series: checks(at2(0), at2(3)),
    at: 3,
    firing: [named],
  },
  {
    alert: 'HealthCheckFailuresPostDeploy',
    title: 'two failed, which increase() reads as a little more',
    series: checks(at2(0), at2(2)),
    at: 6,
    firing: [],
  },
  {
    alert: 'HighErrorRatePostDeploy',
    title: '6 % fail',
    series: errorRate(0.06),
    at: 5,
    firing: [{ ...d1, service: 'api' }],
  },
  { alert: 'HighErrorRatePostDeploy', title: '5 % fail', series: errorRate(0.05), at: 5, firing: [] },
  {
    alert: 'HighErrorRatePostDeploy',
    title: 'after an hour the gauge of the gateway speaks of no deployment any more',
    series: errorRate(0.06),
    at: 62,
    firing: [],
  },
  {
    alert: 'FailedHealthChecks',
    title: 'one verification failed',
    series: outcomes(
      'deployment_health_verification_total',
      { success: at2(0), failure: at2(1) },
      { until: 30 },
    ),
    at: 10,
    firing: [group],
  },
  {
    alert: 'FailedHealthChecks',
    title: 'one passed, and the gateway lost everything meanwhile',
    series: outcomes(
      'deployment_health_verification_total',
      {
        success: at2(1),
        failure: [
          [0, 4],
          [3, null],
          [5, 4],
        ],
      },
      { until: 30 },
    ),
    at: 10,
    firing: [],
  },
  {
    alert: 'SlowHealthRecovery',
    title: '61 s',
    series: histogram('deployment_time_to_healthy_seconds', [[2, 61]], { until: 30 }),
    at: 10,
    firing: [group],
  },
  {
    alert: 'SlowHealthRecovery',
    title: '60 s',
    series: histogram('deployment_time_to_healthy_seconds', [[2, 60]], { until: 30 }),
    at: 10,
    firing: [],
  },
  {
    alert: 'HighDowntime',
    title: '31 s',
    series: histogram(
      'deployment_downtime_seconds',
      [
        [2, 31],
        [2, 1],
      ],
      { until: 30 },
    ),
    at: 10,
    firing: [group],
  },
  {
    alert: 'HighDowntime',
    title: '30 s',
    series: histogram(
      'deployment_downtime_seconds',
      [
        [2, 30],
        [2, 1],
      ],
      { until: 30 },
    ),
    at: 10,
    firing: [],
  },
  notHealthy('it runs and no check has passed', health({ running: [[0, 1]], status: [[0, 1]] }), {
    at: 8,
    firing: [d1],
  }),
  notHealthy('five minutes are not over', health({ running: [[0, 1]], status: [[0, 1]] }), { at: 5 }),
  notHealthy('it runs and has passed', health({ running: [[0, 1]], status: [[0, 1]], passed: [[2, 12]] }), {
    at: 8,
  }),
  notHealthy('health is never verified here', health({ running: [[0, 1]], status: null }), { at: 8 }),
  notHealthy(
    'it ended unhealthy',
    health({
      running: [
        [0, 1],
        [2, 0],
      ],
      status: [
        [0, 1],
        [2, 0],
      ],
    }),
    {
      at: 8,
      firing: [group],
    },
  ),
  notHealthy(
    'the one before was rolled back, this one ended unhealthy',
    health({ running: [[0, 0]], status: [[0, 0]], rolledBack: 'd0' }),
    { at: 8, firing: [group] },
  ),
  notHealthy(
    'it began and ended unhealthy between two scrapes',
    health({ running: [[0, 0]], status: [[0, 0]] }),
    { at: 8, firing: [group] },
  ),
  notHealthy('its host is gone: nobody went back', health({ running: [[0, 0]], status: [[0, 0]] }), {
    at: 29,
    firing: [group],
  }),
  notHealthy(
    'a restart lost everything, and nothing was pushed again',
    health({
      running: [
        [0, 0],
        [9, null],
      ],
      status: [
        [0, 0],
        [9, null],
      ],
    }),
    { at: 16 },
  ),
  notHealthy(
    'it ended healthy',
    health({
      running: [
        [0, 1],
        [2, 0],
      ],
      status: [
        [0, 0],
        [2, 1],
      ],
    }),
    { at: 8 },
  ),
  notHealthy('it was rolled back', health({ running: [[0, 0]], status: [[0, 0]], rolledBack: 'd1' }), {
    at: 8,
  }),
];
