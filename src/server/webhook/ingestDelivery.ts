import type { DeploymentEvent } from '../../collect/webhook/deploymentEvent.ts';
import { type IngestResult, ingestEvent } from '../../collect/webhook/ingestEvent.ts';
import type { Warning } from '../../errors.ts';
import { forgetEvents, isFirstSight, wasSeen } from '../../ledger/collected/seenEvents.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { saveWarnings } from '../../ledger/saveWarnings.ts';
import type { Session } from '../../session.ts';

/** A delivery that was verified and parsed. */
export interface Delivery {
  /** The sender's name. */
  readonly sender: string;
  /** ID of the delivery, if a header has one. */
  readonly deliveryId: string | null;
  readonly events: readonly DeploymentEvent[];
  /** Maximum age of an event. */
  readonly windowMs: number;
}

/** Imports all events of a delivery in one transaction. If the delivery was received before, all are `seen`. */
export async function ingestDelivery(session: Session, delivery: Delivery): Promise<readonly IngestResult[]> {
  const { context, store } = session;
  return store.write((database) => {
    const warnings: Warning[] = [];
    if (wasDelivered(database, delivery)) return delivery.events.map(() => 'seen' as const);
    const taken = delivery.events.map((event) => {
      const one = ingestEvent(context, { database, event, instance: session.settings.text('instance') });
      warnings.push(...one.warnings);
      return one.taken;
    });
    if (taken.some((one) => one !== 'seen')) noteDelivery(database, delivery);
    if (warnings.length > 0)
      saveWarnings(database, { warnings, mark: { deploymentId: null, at: context.instant() } });
    forgetOld(database, { delivery, nowMs: context.instant().wallMs });
    return taken;
  });
}

function wasDelivered(database: Database, { sender, deliveryId }: Delivery): boolean {
  return deliveryId !== null && wasSeen(database, { source: `${sender}-delivery`, eventId: deliveryId });
}

/** Only if an event is new: no signature covers the header, and replays must not fill the ledger. */
function noteDelivery(database: Database, { sender, deliveryId, events }: Delivery): void {
  if (deliveryId === null) return;
  const atMs = Math.max(...events.map((event) => event.atMs));
  isFirstSight(database, { source: `${sender}-delivery`, eventId: deliveryId, atMs, deploymentId: null });
}

/** Events older than the window are rejected anyway, so their IDs can be deleted. */
function forgetOld(database: Database, { delivery, nowMs }: { delivery: Delivery; nowMs: number }): void {
  const sources = new Set([`${delivery.sender}-delivery`, ...delivery.events.map(({ source }) => source)]);
  for (const source of sources)
    forgetEvents(database, { source, beforeMs: Math.max(0, nowMs - 2 * delivery.windowMs) });
}
