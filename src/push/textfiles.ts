import type { Warning } from '../errors.ts';
import { listGroups, sequence } from '../ledger/push/deliveries.ts';
import { numberedSnapshot, readSnapshot } from '../ledger/push/snapshot.ts';
import { groupSamples } from '../metrics/samples.ts';
import type { GroupSnapshot } from '../metrics/snapshot.ts';
import { programVersion } from '../programVersion.ts';
import type { PushRequest, Session } from '../session.ts';
import { prepareTextfile, type TextfileResult, writeTextfile } from './textfile.ts';

/** Writes each group's file into the folder: the same text that a gateway would get. */
export async function writeTextfiles(
  session: Session,
  { folder, request }: { folder: string; request: PushRequest },
): Promise<Warning[]> {
  const database = await session.store.database();
  const groups = listGroups(database, request);
  const warnings: Warning[] = [];
  // A mark changes one group; the files of the others stay as they are.
  for (const group of request.insist || request.deploymentId === null ? groups : groups.slice(0, 1)) {
    const result = await writeNewest(session, { folder, groupId: group.groupId });
    if (result.outcome === 'failed')
      return [
        {
          code: 'TEXTFILE',
          message: `cannot write the textfile ${result.path}: ${result.line}`,
          failed: 'delivery',
        },
      ];
    if (result.outcome === 'hidden')
      warnings.push({
        code: 'TEXTFILE',
        message: `node_exporter may not be able to read ${result.path}: its permissions cannot be set (${result.line})`,
      });
  }
  return warnings;
}

/** How often a text is rendered again because the group has changed, before it is written under the lock. */
const mostTries = 3;

/**
 * Writes a group's file so that an older text never replaces a newer one: under the ledger's lock it is checked to be
 * the newest, and the file is replaced; it is rendered before.
 */
async function writeNewest(
  { context, store }: Session,
  { folder, groupId }: { folder: string; groupId: number },
): Promise<TextfileResult> {
  const textOf = (snapshot: GroupSnapshot) =>
    [
      { folder, key: snapshot.key },
      { families: groupSamples(snapshot), pid: context.pid },
    ] as const;
  for (let tries = 0; tries < mostTries; tries += 1) {
    const { seq, snapshot } = numberedSnapshot(await store.database(), { groupId, programVersion });
    const prepared = prepareTextfile(...textOf(snapshot));
    try {
      const result = await store.note((database) =>
        sequence(database, groupId).seq === seq ? prepared.replace() : null,
      );
      if (result !== null) return result;
    } finally {
      prepared.drop();
    }
  }
  return store.note((database) =>
    writeTextfile(...textOf(readSnapshot(database, { groupId, programVersion }))),
  );
}
