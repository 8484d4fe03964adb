import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.ts';
import { deploymentTable } from './deploymentTable.ts';
import { chosenOf } from './expressions.ts';
import { afterwards } from './troubleshooting/afterwards.ts';
import { beforeAndAfter } from './troubleshooting/beforeAndAfter.ts';
import { errors } from './troubleshooting/errors.ts';
import { theOne } from './troubleshooting/theOne.ts';
import { timeline } from './troubleshooting/timeline.ts';
import { one, selection } from './variables.ts';

/** One deployment in detail: the drill-down, row by row. */
export function troubleshooting(): Dashboard {
  return board({
    name: 'troubleshooting',
    title: 'Troubleshooting',
    description: 'One deployment in detail: its phases, its errors and its effects.',
    variables: [
      ...selection(),
      one('deployment_id', {
        label: 'Deployment ID',
        query: `label_values(${chosenOf('deployment_recent_info')}, deployment_id)`,
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
            description: 'Selected above by its ID, from the last ten of each group.',
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
