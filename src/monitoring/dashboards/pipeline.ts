import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.ts';
import { deploymentTable } from './deploymentTable.ts';
import { budget } from './pipeline/budget.ts';
import { delivery } from './pipeline/delivery.ts';
import { healthAndTests } from './pipeline/healthAndTests.ts';
import { keyMetrics } from './pipeline/keyMetrics.ts';
import { stages } from './pipeline/stages.ts';
import { trends } from './pipeline/trends.ts';
import { selection } from './variables.ts';

/** The overview of all deployments. */
export function pipeline(): Dashboard {
  return board({
    name: 'pipeline',
    title: 'Pipeline overview',
    description: 'Deployments of all hosts, to watch while one is running.',
    variables: selection(),
    refresh: '10s',
    range: '7d',
    rows: [
      { title: 'Key metrics', panels: keyMetrics() },
      { title: 'Recent deployments', panels: [recent] },
      { title: 'Delivery', panels: delivery() },
      { title: 'Error budget', panels: budget() },
      { title: 'Trends', panels: trends() },
      { title: 'Stages', panels: stages() },
      { title: 'Health and tests', panels: healthAndTests() },
    ],
  });
}

const recent = deploymentTable({
  title: 'Recent deployments',
  description:
    'The last ten of each group, newest first. The ID links to the dashboard Troubleshooting. The CI run is known if `--url` was given or the CI is known, the page if the variable has the address of the web UI.',
  span: 24,
  height: 11,
});
