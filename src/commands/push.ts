import { defineCommand } from '../cli/define/command.ts';
import { duration, flag } from '../cli/define/kinds.ts';
import { staleAfter } from '../cli/define/pushOptions.ts';
import { ofPushing } from '../cli/define/settingLists.ts';
import { stopwatch } from '../duration.ts';
import { usageError, type Warning } from '../errors.ts';
import { closeAbandoned } from '../ledger/marks/abandoned.ts';
import { withKnownLives } from '../ledger/marks/deploymentProcesses.ts';
import { listGroups } from '../ledger/push/deliveries.ts';
import { readSnapshot } from '../ledger/push/snapshot.ts';
import { exposition } from '../metrics/exposition.ts';
import { groupSamples } from '../metrics/samples.ts';
import { programVersion } from '../programVersion.ts';
import { deleteGroups } from '../push/deleteGroups.ts';
import { groupPath } from '../push/gateway/gatewayAddress.ts';
import { Budget } from '../push/lease.ts';
import { removeStaleGroups } from '../push/removeStaleGroups.ts';
import { sendBudget, sendUntilDelivered } from '../push/sendUntilDelivered.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { printLine } from '../report/messages/print.ts';
import { exactly } from '../report/messages/warnings.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `push`: pushes what is pending, and what the gateway lost. Exit 1 if something stays pending. */
export const command = defineCommand({
  name: 'push',
  after: 'doctor',
  summary: 'push pending metrics and restore what the Pushgateway lost',
  group: 'set up',
  examples: ['deploytrack push --wait 60s', 'deploytrack push --dry-run'],
  options: {
    dryRun: flag({ help: 'print the exact request body and send nothing' }),
    delete: flag({ help: "remove this host's groups from the gateway" }),
    staleAfter,
    wait: duration({ help: 'keep trying for this long' }),
  },
  settings: [...ofPushing, 'abandon-after'],
  exits: { '0': 'everything was pushed', '1': 'something is still pending' },
  policy: { onWrongSetting: 'usage-error', migrates: true, ledger: 'looks', sends: 'push' },
  run: async (session: Session, { dryRun: isDry, delete: isDelete, staleAfterMs, waitMs }) =>
    isDry ? dryRun(session) : push(session, { isDelete, staleAfterMs, waitMs: waitMs ?? 0 }),
});

async function push(
  session: Session,
  { isDelete, staleAfterMs, waitMs }: { isDelete: boolean; staleAfterMs: number; waitMs: number },
): Promise<number> {
  const { settings, context } = session;
  if (settings.text('gateway') === null && settings.text('textfile') === null)
    throw usageError(
      'push: no gateway is set',
      'use --gateway http://host:9091, set PUSHGATEWAY_URL, or use --textfile <dir>',
    );
  if (!(await hasLedger(session))) return endCommand(session, { code: 0 });
  if (isDelete) return deleteGroups(session);
  const waitedMs = stopwatch(context);
  await takeIn(session, () => waitedMs() >= waitMs);
  const budget = new Budget(context, sendBudget(session));
  session.warnings.push(...(await removeStaleGroups(session, { staleAfterMs, budget })));
  // One budget for both: if the gateway took all of it, no time is left to push.
  const isSpent = budget.leftMs === 0 && waitMs === 0;
  const delivered =
    !isSpent &&
    (await sendUntilDelivered(session, {
      deploymentId: null,
      waitMs: waitMs === 0 ? 0 : Math.max(1, waitMs - waitedMs()),
      ...(waitMs === 0 ? { budgetMs: budget.leftMs } : {}),
    }));
  return endCommand(session, { code: delivered ? 0 : 1 });
}

/** Imports the journals and closes abandoned deployments; waits for a locked ledger until `isOver`. */
async function takeIn(session: Session, isOver: () => boolean): Promise<void> {
  for (;;) {
    try {
      await session.store.takeIn(session.warnings);
      session.warnings.push(...(await endAbandoned(session)));
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== 'LEDGER_BUSY' || isOver()) throw error;
    }
  }
}

async function endAbandoned({ context, settings, store }: Session): Promise<Warning[]> {
  const abandonMs = settings.durationMs('abandon-after');
  const life = withKnownLives(context, { database: await store.database(), abandonAfterMs: abandonMs });
  return store.write((database) =>
    closeAbandoned(database, {
      only: {},
      except: null,
      at: context.instant(),
      abandonAfterMs: abandonMs,
      takeOver: false,
      life,
    }),
  );
}

/** Without a ledger nothing is pending, and a note says so. Throws if there are marks and no ledger for them. */
async function hasLedger(session: Session): Promise<boolean> {
  try {
    await session.store.database();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== 'NO_LEDGER') throw error;
    return (await readingDatabase(session)) !== null;
  }
}

/** Prints the exact body of each group on stdout and its URL on stderr; nothing is sent. */
async function dryRun(session: Session): Promise<number> {
  const database = await readingDatabase(session);
  for (const group of database === null ? [] : listGroups(database, { deploymentId: null })) {
    const snapshot = readSnapshot(database as NonNullable<typeof database>, {
      groupId: group.groupId,
      programVersion,
    });
    printLine(session.context, `PUT ${groupPath(snapshot.key)}`);
    exactly(session.context.stdout).write(exposition(groupSamples(snapshot)));
  }
  database?.close();
  return endCommand(session, { code: 0 });
}
