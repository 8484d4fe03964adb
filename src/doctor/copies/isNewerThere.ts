import type { Database } from '../../ledger/file/addon.ts';
import { isAhead } from '../../ledger/push/baseline.ts';
import type { PendingGroup } from '../../ledger/push/deliveries.ts';
import { ledgerId } from '../../ledger/push/snapshot.ts';
import type { RemoteGroupText } from '../../metrics/parse.ts';

/**
 * Whether the gateway has a later state of this ledger's group than the ledger itself. A deployment may have pushed since
 * the gateway was read, so the ledger is read last.
 */
export function isNewerThere(
  sound: Database,
  { group, held }: { group: PendingGroup; held: RemoteGroupText | null },
): boolean {
  if (held === null || !held.exists || held.ledgerId !== ledgerId(sound)) return false;
  return isAhead(sound, { groupId: group.groupId, held });
}
