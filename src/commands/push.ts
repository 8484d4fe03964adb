import { ageOutGroups, defaultStaleAfterMs } from '../delivery/ageOutGroups.ts';
import { usageError } from '../errors.ts';
import { closeAbandoned } from '../ledger/marks/abandoned.ts';
import { lookedUp } from '../ledger/marks/keptProcesses.ts';
import { listGroups } from '../ledger/push/deliveries.ts';
import { readSnapshot } from '../ledger/push/snapshot.ts';
import { exposition } from '../metrics/exposition.ts';
import { groupSamples } from '../metrics/samples.ts';
import { liveness } from '../processes.ts';
import { programVersion } from '../programVersion.ts';
import { exactly } from '../report/ciOutput.ts';
import { say } from '../report/say.ts';
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
  if (flag(invocation, 'delete')) return deleteGroups(session);
  const abandonMs = settings.durationMs('abandon-after') ?? abandonAfterMs;
  await store.takeIn(session.warnings);
  const life = lookedUp(await store.database(), (process) => liveness(context, process));
  session.warnings.push(
    ...(await store.write((database) =>
      closeAbandoned(database, {
        only: {},
        except: null,
        at: context.instant(),
        abandonAfterMs: abandonMs,
        takeOver: false,
        life,
      }),
    )),
  );
  session.warnings.push(...(await ageOutGroups(session, staleAfterMs)));
  const delivered = await sendUntilDelivered(session, { deploymentId: null, waitMs });
  return endCommand(session, { code: delivered ? 0 : 1 });
}

/** The exact body of each group on stdout, its address on stderr; nothing is sent. */
async function dryRun(session: Session): Promise<number> {
  const database = await readingDatabase(session);
  for (const group of database === null ? [] : listGroups(database, { deploymentId: null })) {
    const snapshot = readSnapshot(database as NonNullable<typeof database>, {
      groupId: group.groupId,
      programVersion,
    });
    say(session.context, `PUT ${groupPath(snapshot.key)}`);
    exactly(session.context.stdout).write(exposition(groupSamples(snapshot)));
  }
  database?.close();
  return endCommand(session, { code: 0 });
}
