import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.ts';
import { deploymentTable } from './deploymentTable.ts';
import { delivery } from './pipeline/delivery.ts';
import { healthAndTests } from './pipeline/healthAndTests.ts';
import { keyMetrics } from './pipeline/keyMetrics.ts';
import { stages } from './pipeline/stages.ts';
import { trends } from './pipeline/trends.ts';
import { deploymentAndEnvironment } from './variables.ts';

/** The overview of all deployments. */
export function pipeline(): Dashboard {
  return board({
    title: 'Pipeline overview',
    description: 'Deployments of all hosts, to watch while one is running.',
    variables: deploymentAndEnvironment(),
    refresh: '10s',
    range: '7d',
    rows: [
      { title: 'Key metrics', panels: keyMetrics() },
      { title: 'Trends', panels: trends() },
      { title: 'Stages', panels: stages() },
      { title: 'Health and tests', panels: healthAndTests() },
      { title: 'Details', panels: [recent] },
      { title: 'Delivery', panels: delivery() },
    ],
  });
}

const recent = deploymentTable({
  title: 'Recent deployments',
  description:
    'The last ten of each group, newest first. The ID links to its CI run if `--url` was given or the CI is known. The dashboard Troubleshooting shows one deployment in detail.',
  span: 24,
  height: 11,
});
