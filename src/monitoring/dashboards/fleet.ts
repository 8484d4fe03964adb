import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.ts';
import { hosts } from './fleet/hosts.ts';
import { outcomes } from './fleet/outcomes.ts';
import { versions } from './fleet/versions.ts';
import { deploymentAndEnvironment } from './variables.ts';

/** All hosts in comparison. */
export function fleet(): Dashboard {
  return board({
    title: 'Fleet',
    description: 'For each host: version, how far behind it is, results of its deployments, system.',
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
