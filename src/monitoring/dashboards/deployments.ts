import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.ts';
import { figures } from './deployments/figures.ts';
import { inService } from './deployments/inService.ts';
import { overTime, resources } from './deployments/overTime.ts';
import { details } from './deployments/tables.ts';
import { selection } from './variables.ts';

/** What is in service: the figures first, then one table, then how it came to be. */
export function deployments(): Dashboard {
  return board({
    name: 'deployments',
    title: 'Deployments',
    description: 'Success rate of seven days, what is in service, and whether it is healthy.',
    variables: selection(),
    refresh: '10s',
    range: '6h',
    rows: [
      { panels: figures() },
      { panels: [inService()] },
      { panels: overTime() },
      { panels: details() },
      { title: 'Resources of deployment scripts', panels: resources() },
    ],
  });
}
