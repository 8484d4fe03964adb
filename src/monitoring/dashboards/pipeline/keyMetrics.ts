import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, countOf, group, newestDeployment, quantileOf } from '../expressions.ts';
import { asCount, stat } from '../figures.ts';
import { nothingYet, statusNumber } from '../mappings.ts';
import { successRate } from '../successRate.ts';
import { thresholds } from '../thresholds.ts';

/** Four large numbers. */
export function keyMetrics(): Builder<Panel>[] {
  return [ofRange(), timeToDeploy(), lastStatus(), active()];
}

function ofRange(): Builder<Panel> {
  return successRate({
    title: 'Success rate',
    description:
      'Ratio of successful deployments to all that finished in the range. Green from 95%, yellow from 90%.',
    span: 6,
    height: 6,
  });
}

function timeToDeploy(): Builder<Panel> {
  return stat({
    title: 'Time to deploy',
    description:
      'From the triggering push (otherwise the start) to the end of the successful deployments in the range. The target is 600 s; yellow from 300 s.',
    span: 6,
    height: 6,
    queries: [
      {
        expr: quantileOf({ q: 0.5, metric: 'time_to_deploy_seconds' }),
        legend: 'median',
        kind: 'instant',
      },
      { expr: quantileOf({ q: 0.95, metric: 'time_to_deploy_seconds' }), legend: 'p95', kind: 'instant' },
      {
        expr: countOf(chosenOf('time_to_deploy_seconds_count')),
        legend: 'deployments',
        kind: 'instant',
        as: asCount,
      },
    ],
    unit: 's',
    decimals: 1,
    thresholds: thresholds.timeToDeploy,
    mappings: nothingYet,
    noValue: 'no deployment yet',
  });
}

function lastStatus(): Builder<Panel> {
  return stat({
    title: 'Last deployment',
    description: 'The deployment that started last, of all selected ones.',
    span: 6,
    height: 6,
    queries: [
      {
        expr: `${chosenOf('deployment_status')} and on (${group}) topk(1, ${newestDeployment})`,
        legend: '{{deployment}} on {{instance}}',
        kind: 'instant',
      },
    ],
    unit: 'none',
    thresholds: thresholds.binary,
    mappings: statusNumber,
    noValue: 'no deployment yet',
    colored: 'background',
  });
}

function active(): Builder<Panel> {
  return stat({
    title: 'Active deployments',
    description: 'Deployments that are running now. 0 is normal.',
    span: 6,
    height: 6,
    queries: [{ expr: `sum(${chosenOf('deployment_in_progress')}) or vector(0)`, kind: 'instant' }],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.running,
    noValue: 'no deployment yet',
  });
}
