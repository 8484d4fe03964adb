import { ageOutGroups, defaultStaleAfterMs } from '../delivery/ageOutGroups.ts';
import { usageError } from '../errors.ts';
import { closeAbandoned } from '../ledger/marks/abandoned.ts';
import { listGroups } from '../ledger/push/deliveries.ts';
import { readSnapshot } from '../ledger/push/snapshot.ts';
import { exposition } from '../metrics/exposition.ts';
import { groupSamples } from '../metrics/samples.ts';
import { isAlive } from '../processes.ts';
import { programVersion } from '../programVersion.ts';
import type { Session } from '../session.ts';
import { groupPath } from '../sinks/groupPath.ts';
import { durationMs, flag, type Invocation } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { readingDatabase } from './reading/readingDatabase.ts';
import { deleteGroups } from './sending/deleteGroups.ts';
import { sendUntilDelivered } from './sending/sendUntilDelivered.ts';

const abandonAfterMs = 3_600_000;

/** `push`: delivers what is outstanding, and what the gateway lost. Exit 1 where something stays outstanding. */
export async function push(session: Session, invocation: Invocation): Promise<number> {
  const waitMs = durationMs(invocation, 'wait') ?? 0;
  const staleAfterMs = durationMs(invocation, 'stale-after') ?? defaultStaleAfterMs;
  if (flag(invocation, 'dry-run')) return dryRun(session);
  const { settings, context, store } = session;
  if (settings.text('gateway') === null && settings.text('textfile') === null)
    throw usageError(
      'push: no gateway is set',
      'say --gateway http://host:9091, set PUSHGATEWAY_URL, or --textfile <dir>',
    );
  if (!(await hasLedger(session))) return endCommand(session, { code: 0 });
  if (flag(invocation, 'delete')) return deleteGroups(session);
  const abandonMs = settings.durationMs('abandon-after') ?? abandonAfterMs;
  session.warnings.push(
    ...(await store.write((database) => [
      ...session.cold().takeInJournals(context, { database, places: store.options }),
      ...closeAbandoned(database, {
        only: {},
        except: null,
        at: context.instant(),
        abandonAfterMs: abandonMs,
        takeOver: false,
        life: (process) => isAlive(context, process),
      }),
    ])),
  );
  session.warnings.push(...(await ageOutGroups(session, staleAfterMs)));
  const delivered = await sendUntilDelivered(session, { deploymentId: null, waitMs });
  return endCommand(session, { code: delivered ? 0 : 1 });
}

/** Without one nothing is outstanding, and a line says so. Throws where there are marks and no ledger for them. */
async function hasLedger(session: Session): Promise<boolean> {
  try {
    await session.store.database();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== 'NO_LEDGER') throw error;
    return (await readingDatabase(session)) !== null;
  }
}

/** The exact body of each group on stdout, its address on stderr; nothing is sent. */
async function dryRun(session: Session): Promise<number> {
  const database = await readingDatabase(session);
  for (const group of database === null ? [] : listGroups(database, { deploymentId: null })) {
    const snapshot = readSnapshot(database as NonNullable<typeof database>, {
      groupId: group.groupId,
      programVersion,
    });
    session.context.stderr.write(`deploytrack: PUT ${groupPath(snapshot.key)}\n`);
    session.context.stdout.write(exposition(groupSamples(snapshot)));
  }
  database?.close();
  return endCommand(session, { code: 0 });
}
