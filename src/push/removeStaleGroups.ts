import type { Warning } from '../errors.ts';
import { forgetCopy, leftCopies } from '../ledger/push/copies.ts';
import { ageOut, staleGroups } from '../ledger/push/staleGroups.ts';
import type { Session } from '../session.ts';
import { gatewayAddresses } from './gateway/gatewayAddress.ts';
import type { Budget } from './lease.ts';
import { removeGroups } from './removeGroups.ts';

/**
 * Removes groups that have been gone for this long: from the gateway, the textfiles and `/metrics`. One that the
 * gateway does not remove stays until the next time, with a warning. `budget`: for all of them together.
 */
export async function removeStaleGroups(
  session: Session,
  { staleAfterMs, budget }: { staleAfterMs: number; budget: Budget },
): Promise<Warning[]> {
  const { context, store } = session;
  const untilMs = context.instant().wallMs - staleAfterMs;
  await forgetFormer(session, untilMs);
  const warnings: Warning[] = [];
  for (const group of staleGroups(await store.database(), untilMs)) {
    const problems = await removeGroups(session, { groups: [group], budget });
    warnings.push(...problems);
    if (problems.length > 0) break;
    await store.note((database) => ageOut(database, group.groupId));
  }
  return warnings;
}

/** A gateway that is no longer in the settings, and has not responded for so long, is taken for gone. */
async function forgetFormer({ settings, store }: Session, untilMs: number): Promise<void> {
  const text = settings.text('gateway');
  if (text === null) return;
  const urls = gatewayAddresses(text).map(({ url }) => url);
  const forgotten = leftCopies(await store.database()).filter(
    ({ url, at }) => !urls.includes(url) && Date.parse(at) <= untilMs,
  );
  if (forgotten.length === 0) return;
  await store.note((database) => {
    for (const copy of forgotten) forgetCopy(database, copy);
  });
}
