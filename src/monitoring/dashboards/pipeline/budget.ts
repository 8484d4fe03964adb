import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { badRatio } from '../../rules/conditions/budget.ts';
import { lines } from '../charts.ts';
import { amountOf, chosenOf, recordedOf } from '../expressions.ts';
import { bars } from '../figures.ts';
import { thresholds } from '../thresholds.ts';

const consumed = chosenOf('deployment_error_budget_consumed_total');
/** Events weigh a half or a whole, and increase() extrapolates. */
const spentBy = (by: string) => `round(${amountOf(consumed, by)}, 0.5)`;

/** SLO 1: one failed deployment in 30 days is the whole budget of a deployment and environment. */
export function budget(): Builder<Panel>[] {
  return [left(), spent(), burn()];
}

function left(): Builder<Panel> {
  return bars({
    title: 'Error budget left, 30 days',
    description:
      'One failed deployment in 30 days is the whole budget, a rollback because of health is a half; the selected range has no effect. Below zero it is overdrawn.',
    span: 8,
    height: 8,
    queries: [
      {
        expr: `sort(1 - ${spentBy('deployment, environment')})`,
        legend: '{{deployment}} {{environment}}',
        kind: 'instant',
      },
    ],
    unit: 'percentunit',
    decimals: 0,
    max: 1,
    thresholds: thresholds.budgetLeft,
    noValue: 'no deployment yet',
    timeFrom: '30d',
  });
}

function spent(): Builder<Panel> {
  return bars({
    title: 'Error budget spent by cause, 30 days',
    description: 'In failed deployments; a rollback because of health counts as a half.',
    span: 7,
    height: 8,
    queries: [{ expr: spentBy('cause'), legend: '{{cause}}', kind: 'instant' }],
    unit: 'short',
    decimals: 1,
    thresholds: ['green', [0.5, 'red']],
    noValue: 'no deployment yet',
    timeFrom: '30d',
  });
}

function burn(): Builder<Panel> {
  return lines({
    title: 'Burn rate',
    description:
      'How many times as fast as allowed (1 of 100 deployments) deployments fail or are rolled back. Alerts need 14.4 over an hour, 6 over six hours or 1 over three days, and ten deployments. Of all hosts together; recording rules provide these ratios (rules/recording.yml).',
    span: 9,
    height: 8,
    queries: ['1h', '6h', '3d'].map((window) => ({
      expr: `${recordedOf(badRatio(window))} / 0.01`,
      legend: `{{deployment}} {{environment}}, ${window}`,
      kind: 'range',
    })),
    unit: 'short',
    decimals: 1,
    thresholds: thresholds.burn,
    targetLine: true,
    noValue: 'no deployment in three days, or recording.yml is not loaded',
  });
}
