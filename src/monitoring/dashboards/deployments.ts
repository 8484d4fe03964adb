import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.ts';
import { indicators } from './deployments/indicators.ts';
import { overTime } from './deployments/overTime.ts';
import { sums } from './deployments/sums.ts';
import { tables } from './deployments/tables.ts';
import { deploymentAndEnvironment } from './variables.ts';

/** Twelve queries that users of the exporter asked for, in their order, and the success rate of seven days. */
export function deployments(): Dashboard {
  return board({
    title: 'Deployments',
    description:
      'What is deployed, whether it is healthy, how long it took, and the success rate of seven days.',
    variables: deploymentAndEnvironment(),
    refresh: '10s',
    range: '6h',
    rows: [{ panels: indicators() }, { panels: tables() }, { panels: overTime() }, { panels: sums() }],
  });
}
