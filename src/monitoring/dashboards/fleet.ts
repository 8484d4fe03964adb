import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.ts';
import { hosts } from './fleet/hosts.ts';
import { outcomes } from './fleet/outcomes.ts';
import { versions } from './fleet/versions.ts';
import { deploymentAndEnvironment } from './variables.ts';

/** All hosts beside each other. */
export function fleet(): Dashboard {
  return board({
    title: 'Fleet',
    description: 'Which host runs which version, how far behind, how its deployments went, what it runs on.',
    variables: deploymentAndEnvironment(),
    refresh: '1m',
    range: '7d',
    rows: [
      { title: 'Versions', panels: versions() },
      { title: 'Success and downtime by host', panels: outcomes() },
      { title: 'Hosts', panels: hosts() },
    ],
  });
}
