import {
  badRatio,
  badRatioExpression,
  budgetUsed,
  budgetUsedExpression,
  deployments,
  deploymentsExpression,
} from './conditions/budget.ts';
import { type P95, p95Expression } from './conditions/quantile.ts';
import { type Share, shareExpression } from './conditions/share.ts';

/** A rule whose result Prometheus stores as a series. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

const level = 'deployment_environment';
export const healthSli = `${level}:health_check:success_ratio_increase30d`;
export const smokeSli = `${level}:smoke_test:success_ratio_increase30d`;
export const downtimeSli = `${level}:deployment_downtime_seconds:p95_increase30d`;
export const healthShare: Share = {
  metric: 'api_health_check_latency_ms_count',
  good: 'healthy',
  window: '30d',
};
export const smokeShare: Share = { metric: 'smoke_test_total', good: 'success', window: '30d' };
export const downtimeP95: P95 = { histogram: 'deployment_downtime_seconds', window: '30d' };

/** A histogram has no series of its bare name, but dashboards commonly query two: the latest durations. */
export const bareNames: readonly RecordingRule[] = [
  { record: 'deployment_stage_duration_seconds', expr: 'deployment_stage_last_duration_seconds' },
  { record: 'deployment_duration_seconds', expr: 'deployment_last_duration_seconds' },
];

/** The ratio of bad deployments in each window of the burn rates, and the number of deployments in the long ones. */
export const burnRates: readonly RecordingRule[] = [
  ...['5m', '30m', '1h', '6h', '3d'].map((window) => ({
    record: badRatio(window),
    expr: badRatioExpression(window),
  })),
  ...['1h', '6h', '3d'].map((window) => ({
    record: deployments(window),
    expr: deploymentsExpression(window),
  })),
];

/** SLI 1 to 5 and the budget, over 30 days. */
export const indicators: readonly RecordingRule[] = [
  { record: `${level}:deployment:good_ratio_increase30d`, expr: `1 - (\n${badRatioExpression('30d')}\n)` },
  {
    record: `${level}:time_to_deploy_seconds:p95_increase30d`,
    expr: p95Expression({ histogram: 'time_to_deploy_seconds', window: '30d' }),
  },
  { record: healthSli, expr: shareExpression(healthShare) },
  {
    record: `${level}:migration:success_ratio_increase30d`,
    expr: shareExpression({ metric: 'migration_total', good: 'success', window: '30d' }),
  },
  { record: smokeSli, expr: shareExpression(smokeShare) },
  { record: downtimeSli, expr: p95Expression(downtimeP95) },
  { record: budgetUsed, expr: budgetUsedExpression() },
];
