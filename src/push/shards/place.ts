import type { PendingGroup } from '../../ledger/push/deliveries.ts';
import { rank } from './rank.ts';

/** What decides where a group goes. */
export interface Placing<Address> {
  readonly gateways: readonly Address[];
  readonly hasFailover: boolean;
  /** Only a command that reads a gateway moves a group; a mark pushes to the one that has it. */
  readonly mayMove: boolean;
  /** Tries the first one even during its pause. */
  readonly insist: boolean;
  /** The URLs of those that failed in this command. */
  readonly down: ReadonlySet<string>;
  /** Whether this one failed recently. */
  readonly isPaused: (url: string) => boolean;
}

/**
 * The gateway of a group: the first by rank; with failover, the first of those that seem to work. A group that this ledger
 * has never pushed waits for the first: it may have totals of another ledger. Null if all that it may use failed in this
 * command.
 */
export function place<Address extends { readonly url: string }>(
  { instance, adoptedUrl }: Pick<PendingGroup, 'instance' | 'adoptedUrl'>,
  { gateways, hasFailover, mayMove, insist, down, isPaused }: Placing<Address>,
): Address | null {
  const ranked = rank(gateways, instance);
  const usable = hasFailover && adoptedUrl !== null ? ranked : ranked.slice(0, 1);
  const open = usable.filter(({ url }) => !down.has(url));
  const first = open[0] ?? null;
  if (!mayMove) return open.find(({ url }) => url === adoptedUrl) ?? first;
  return insist ? first : (open.find(({ url }) => !isPaused(url)) ?? first);
}
