import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from './board.ts';
import { hosts } from './fleet/hosts.ts';
import { outcomes } from './fleet/outcomes.ts';
import { versions } from './fleet/versions.ts';
import { selection } from './variables.ts';

/** All hosts in comparison. */
export function fleet(): Dashboard {
  return board({
    name: 'fleet',
    title: 'Fleet',
    description: 'For each host: version, how far behind it is, results of its deployments, system.',
    variables: selection(),
    refresh: '1m',
    range: '7d',
    rows: [
      { title: 'Versions', panels: versions() },
      { title: 'Success and downtime', panels: [outcomes()] },
      { title: 'Hosts', panels: hosts() },
    ],
  });
}
