import type { Warning } from '../../errors.ts';
import { noteFailure } from '../../ledger/push/backOff.ts';
import type { RemoteGroup } from '../../ledger/push/baseline.ts';
import { mayTry, type PendingGroup } from '../../ledger/push/deliveries.ts';
import type { GroupPush, Shards } from '../groupPush.ts';

/** Another gateway that holds the group. */
export interface HeldElsewhere {
  readonly url: string;
  readonly held: RemoteGroup;
}

/**
 * What the other gateways hold for a group that this ledger has never pushed: an earlier ledger of the host (a hosted CI
 * runner has a new one each time) may have pushed it there, before a gateway was added or while this one was down. One that
 * cannot be read now is left out, with a warning.
 */
export async function readElsewhere(
  { session, gateway, group, budget }: GroupPush,
  { gateways, down, readings }: Shards,
): Promise<{ found: HeldElsewhere[]; warnings: Warning[] }> {
  const { context, store } = session;
  const found: HeldElsewhere[] = [];
  const warnings: Warning[] = [];
  for (const other of gateways) {
    const { url } = other;
    const nowMs = context.instant().wallMs;
    if (other === gateway || down.has(url) || !mayTry(await store.database(), { url, nowMs })) continue;
    const reading = await (await readings(other)).of(group, budget.half());
    if (reading.outcome === 'read') {
      if (reading.group.exists) found.push({ url, held: reading.group });
      continue;
    }
    await store.note((database) => noteFailure(database, { url, nowMs, line: reading.line }));
    warnings.push(notRead(group, { url, line: reading.line }));
  }
  return { found, warnings };
}

function notRead(
  { deployment, environment }: PendingGroup,
  { url, line }: { url: string; line: string },
): Warning {
  return {
    code: 'GATEWAY',
    message: `cannot read ${url}, which may have the metrics of ${deployment}/${environment} too: ${line}`,
    hint: 'if it has them, sums count them twice; `deploytrack doctor` says so once it responds',
  };
}

/** The newest state of a group among those of several gateways: that with most events. */
export function newest(held: RemoteGroup, elsewhere: readonly HeldElsewhere[]): RemoteGroup {
  return elsewhere.reduce(
    (best, one) => (!best.exists || (one.held.events ?? 0) > (best.events ?? 0) ? one.held : best),
    held,
  );
}
