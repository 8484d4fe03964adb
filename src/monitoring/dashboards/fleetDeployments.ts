import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.ts';
import { rowAnnotations } from './rows/annotations.ts';
import { deployments } from './rows/deployments.ts';
import { figures } from './rows/figures.ts';
import { overTime } from './rows/overTime.ts';
import { phases } from './rows/phases.ts';
import { rolloutTable } from './rows/rolloutTable.ts';
import { storeSelection, storeVariable } from './rows/variables.ts';
import { versions } from './rows/versions.ts';

/** The rows of all hosts, from the central store. */
export function fleetDeployments(): Dashboard {
  return board({
    name: 'fleet-deployments',
    title: 'Fleet deployments',
    description:
      'The deployments of all hosts, read from the central store: rollouts, versions, errors, slow phases.',
    variables: storeSelection(),
    source: { variable: storeVariable(), annotations: rowAnnotations() },
    refresh: '5m',
    range: '7d',
    rows: [
      { title: 'Rollouts', panels: [...figures(), ...overTime(), rolloutTable()] },
      { title: 'Versions', panels: versions() },
      { title: 'Deployments', panels: deployments() },
      { title: 'Phases', panels: phases() },
    ],
  });
}
