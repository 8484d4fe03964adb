import type { Warning } from '../errors.ts';
import { listGroups } from '../ledger/push/deliveries.ts';
import { readSnapshot } from '../ledger/push/snapshot.ts';
import { groupSamples } from '../metrics/samples.ts';
import { programVersion } from '../programVersion.ts';
import type { DeliveryRequest, Session } from '../session.ts';
import { writeTextfile } from '../sinks/textfile.ts';

/** Writes each group's file where the settings name a folder: the same text that a gateway would get. */
export async function writeTextfiles(session: Session, request: DeliveryRequest): Promise<Warning[]> {
  const folder = session.settings.path('textfile', session.context.cwd);
  if (folder === null) return [];
  const database = await session.store.database();
  const groups = listGroups(database, request);
  // A mark changes one group; the others' files stand as they were written.
  for (const group of request.insist || request.deploymentId === null ? groups : groups.slice(0, 1)) {
    // Under the ledger's lock: a snapshot that is older is never written over a newer one.
    const result = await session.store.note((locked) => {
      const snapshot = readSnapshot(locked, { groupId: group.groupId, programVersion });
      return writeTextfile(
        { folder, key: snapshot.key },
        { families: groupSamples(snapshot), pid: session.context.pid },
      );
    });
    if (result.outcome === 'failed')
      return [
        {
          code: 'TEXTFILE',
          message: `the textfile ${result.path} cannot be written: ${result.line}`,
          failed: 'delivery',
        },
      ];
  }
  return [];
}
