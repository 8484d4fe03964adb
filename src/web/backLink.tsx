import type { VNode } from 'preact';
import { addressOf, type Place } from './address.ts';

/** To the list, or the table of hosts, that was shown last. */
export function BackLink({ to }: { readonly to: Place }): VNode {
  const text =
    to.kind === 'fleet' ? 'hosts' : to.kind === 'rollout' ? `rollout ${to.ids[2] ?? ''}` : 'all deployments';
  return (
    <a href={addressOf(to)} data-back>
      {`← ${text}`}
    </a>
  );
}
