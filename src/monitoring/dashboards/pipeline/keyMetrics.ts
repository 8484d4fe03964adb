import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, group, newestDeployment, quantileOf, shareOf } from '../expressions.ts';
import { stat } from '../figures.ts';
import { nothingYet, statusNumber } from '../mappings.ts';
import { thresholds } from '../thresholds.ts';

/** Four large numbers. */
export function keyMetrics(): Builder<Panel>[] {
  return [successRate(), timeToDeploy(), lastStatus(), active()];
}

function successRate(): Builder<Panel> {
  return stat({
    title: 'Success rate',
    description:
      'Deployments that ended well, of all that ended in the range. Green above 95%, yellow from 90%.',
    span: 6,
    height: 5,
    queries: [
      {
        expr: shareOf({
          good: chosenOf('deployment_total', 'status="success"'),
          all: chosenOf('deployment_total'),
        }),
        kind: 'instant',
      },
    ],
    unit: 'percentunit',
    decimals: 1,
    thresholds: thresholds.success,
    mappings: nothingYet,
  });
}

function timeToDeploy(): Builder<Panel> {
  return stat({
    title: 'Time to deploy, p95',
    description:
      'From the push that triggered it (else the start) to the end, successful deployments of the range. Target: 600 s; yellow from 300 s.',
    span: 6,
    height: 5,
    queries: [{ expr: quantileOf({ q: 0.95, metric: 'time_to_deploy_seconds' }), kind: 'instant' }],
    unit: 's',
    decimals: 1,
    thresholds: thresholds.timeToDeploy,
    mappings: nothingYet,
  });
}

function lastStatus(): Builder<Panel> {
  return stat({
    title: 'Last deployment',
    description: 'The deployment that started last, of all that are chosen.',
    span: 6,
    height: 5,
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
    coloured: 'background',
  });
}

function active(): Builder<Panel> {
  return stat({
    title: 'Active deployments',
    description: 'Deployments that run now. Usually 0.',
    span: 6,
    height: 5,
    queries: [{ expr: `sum(${chosenOf('deployment_in_progress')}) or vector(0)`, kind: 'instant' }],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.running,
  });
}
