import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, countOf, shareOf } from '../expressions.ts';
import { stat } from '../figures.ts';
import { nothingYet } from '../mappings.ts';
import { thresholds } from '../thresholds.ts';

/** The two of DORA's five measures that the metrics have; `stats --dora` has all of them. */
export function delivery(): Builder<Panel>[] {
  return [frequency(), failRate()];
}

function frequency(): Builder<Panel> {
  const successful = countOf(chosenOf('deployment_total', 'status="success"'), 'environment');
  return stat({
    title: 'Deployments per day',
    description:
      'Successful deployments in the range, per day. DORA 2024: elite above 1 a day, high from 1 a week (0.14), medium from 1 a month (0.03).',
    span: 12,
    height: 5,
    queries: [{ expr: `${successful} / ($__range_s / 86400)`, legend: '{{environment}}', kind: 'instant' }],
    unit: 'short',
    decimals: 2,
    thresholds: thresholds.calm,
    mappings: nothingYet,
  });
}

function failRate(): Builder<Panel> {
  return stat({
    title: 'Change fail rate',
    description:
      'Ratio of deployments that failed or were rolled back to all that finished in the range. DORA 2024: elite to 5%, high or medium to 20%, low to 40%. Lead time, recovery time and rework rate are not in the metrics: run `deploytrack stats --dora`.',
    span: 12,
    height: 5,
    queries: [
      {
        expr: shareOf({ good: chosenOf('deployment_slo_bad_total'), all: chosenOf('deployment_total') }),
        kind: 'instant',
      },
    ],
    unit: 'percentunit',
    decimals: 1,
    thresholds: thresholds.failRate,
    mappings: nothingYet,
  });
}
