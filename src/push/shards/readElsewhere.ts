import { noteFailure } from '../../ledger/push/backOff.ts';
import type { RemoteGroup } from '../../ledger/push/baseline.ts';
import { mayTry } from '../../ledger/push/deliveries.ts';
import type { GroupPush, Shards } from '../groupPush.ts';

/** Another gateway that holds the group. */
export interface HeldElsewhere {
  readonly url: string;
  readonly held: RemoteGroup;
}

/**
 * What the other gateways hold for a group that this ledger has never pushed: an earlier ledger of the host (a hosted CI
 * runner has a new one each time) may have pushed it there, before a gateway was added or while this one was down. One that
 * cannot be read now is left out.
 */
export async function readElsewhere(
  { session, gateway, group, budget }: GroupPush,
  { gateways, down, readings }: Shards,
): Promise<HeldElsewhere[]> {
  const { context, store } = session;
  const found: HeldElsewhere[] = [];
  for (const other of gateways) {
    const { url } = other;
    const nowMs = context.instant().wallMs;
    if (other === gateway || down.has(url) || !mayTry(await store.database(), { url, nowMs })) continue;
    const reading = await (await readings(other)).of(group, budget.half());
    if (reading.outcome === 'read') {
      if (reading.group.exists) found.push({ url, held: reading.group });
    } else await store.note((database) => noteFailure(database, { url, nowMs, line: reading.line }));
  }
  return found;
}

/** The newest state of a group among those of several gateways: that with most events. */
export function newest(held: RemoteGroup, elsewhere: readonly HeldElsewhere[]): RemoteGroup {
  return elsewhere.reduce(
    (best, one) => (!best.exists || (one.held.events ?? 0) > (best.events ?? 0) ? one.held : best),
    held,
  );
}
