import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.ts';
import { deploymentTable } from './deploymentTable.ts';
import { afterwards } from './troubleshooting/afterwards.ts';
import { beforeAndAfter } from './troubleshooting/beforeAndAfter.ts';
import { errors } from './troubleshooting/errors.ts';
import { theOne } from './troubleshooting/theOne.ts';
import { timeline } from './troubleshooting/timeline.ts';
import { deploymentAndEnvironment, one } from './variables.ts';

/** One deployment in detail: the drill-down, row by row. */
export function troubleshooting(): Dashboard {
  return board({
    title: 'Troubleshooting',
    description: 'One deployment in detail: its phases, its errors and its effects.',
    variables: [
      ...deploymentAndEnvironment(),
      one('deployment_id', {
        label: 'Deployment ID',
        query:
          'label_values(deployment_recent_info{deployment=~"$deployment",environment=~"$environment"}, deployment_id)',
      }),
    ],
    refresh: '10s',
    range: '24h',
    rows: [
      {
        title: 'Deployment $deployment_id',
        panels: [
          deploymentTable({
            title: 'The deployment',
            description: 'Selected above, from the last ten of each group. The ID links to its CI run.',
            span: 24,
            height: 4,
            matchers: [theOne],
          }),
        ],
      },
      { title: 'Timeline', panels: timeline() },
      { title: 'Errors', panels: errors() },
      { title: 'After the deployment', panels: afterwards() },
      { title: 'Before and after a rollback', panels: beforeAndAfter() },
    ],
  });
}
