import type { VNode } from 'preact';
import type { Overview } from '../server/api.ts';
import type { FleetPage, HostState } from '../server/fleetApi.ts';
import { changed, fleetAddress, listAddress, type Query, scopeOf } from './address.ts';
import { CopyLink } from './copyLink.tsx';
import { count } from './format.ts';
import { HostTable } from './hostTable.tsx';
import { Rollouts } from './rollouts.tsx';

const states: readonly (readonly [HostState, string])[] = [
  ['behind', 'behind'],
  ['failed', '✗ failed'],
  ['unhealthy', '✗ unhealthy'],
  ['running', '▶ running'],
];

/** Which host runs which version, and the rollouts to them. */
export function Fleet({
  fleet,
  overview,
  query,
  asked,
  say,
}: {
  readonly fleet: FleetPage;
  readonly overview: Overview;
  readonly query: Query;
  readonly asked: Query;
  readonly say: (text: string) => void;
}): VNode {
  const { counts, hosts, found, rollouts } = fleet;
  return (
    <article class="fleet">
      <nav class="trail" aria-label="Other views">
        <a href={listAddress(scopeOf(query))} data-back>
          ← all deployments
        </a>
        <CopyLink say={say} />
      </nav>
      <h1>Hosts</h1>
      <Rollouts of={rollouts} />
      <nav class="chips" aria-label="Hosts by state">
        <Chip text={`all ${count(counts.all)}`} state="" query={asked} />
        {states.map(([state, word]) => (
          <Chip key={state} text={`${word} ${count(counts[state])}`} state={state} query={asked} />
        ))}
      </nav>
      {hosts.length === 0 ? (
        <p class="nothing">{nothingText(counts.all, overview)}</p>
      ) : (
        <HostTable hosts={hosts} />
      )}
      {found > hosts.length && (
        <p class="cut">{`${count(hosts.length)} of ${count(found)} hosts are listed: select a deployment or environment above, or search for a name.`}</p>
      )}
    </article>
  );
}

function nothingText(inScope: number, { hosts }: Overview): string {
  if (inScope > 0) return 'No host of the scope is in this state.';
  return hosts.length === 0
    ? 'No host is known yet. Each host of a store appears after `deploytrack sync`.'
    : 'No host matches. The scope and the search above select hosts by deployment, environment and name.';
}

function Chip({
  text,
  state,
  query,
}: {
  readonly text: string;
  readonly state: string;
  readonly query: Query;
}): VNode {
  return (
    <a
      class="state-chip"
      data-state={state}
      aria-current={(query.status ?? '') === state ? 'true' : undefined}
      href={fleetAddress(changed(query, { status: state }))}
    >
      {text}
    </a>
  );
}
