import { defineCommand } from '../cli/define/command.ts';
import { text } from '../cli/define/kinds.ts';
import { ofPushing } from '../cli/define/settingLists.ts';
import { readHostFacts } from '../deployments/readHostFacts.ts';
import { startFacts } from '../deployments/startFacts.ts';
import { usageError } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { shareLedger } from '../ledger/file/share.ts';
import { isBehindNow, reachOf } from '../ledger/rollups/state.ts';
import { declareGroup } from '../ledger/totals/declareGroup.ts';
import { send } from '../push/pushGroups.ts';
import { printLine } from '../report/messages/print.ts';
import { problemLines } from '../report/messages/warnings.ts';
import { liveLine } from '../report/terminal/liveLine.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/**
 * `init`: creates or migrates the ledger, reads the host's facts, and pushes the counters of the given deployment at
 * zero.
 */
export const command = defineCommand({
  name: 'init',
  summary: 'create the ledger and push all counters at zero',
  group: 'set up',
  examples: ['deploytrack init --deployment gateway', 'sudo deploytrack init --group deploy'],
  options: { group: text({ value: 'name', help: 'share the ledger with the accounts of this group' }) },
  settings: ['version', 'deployment', 'environment', 'service', 'instance', ...ofPushing],
  exits: { '0': 'ready', '1': 'the ledger cannot be created' },
  policy: { onWrongSetting: 'usage-error', migrates: true, ledger: 'begins', sends: 'bracket' },
  run: (session: Session, { group }) => init(session, group),
});

async function init(session: Session, group: string | null): Promise<number> {
  const { context, store, settings } = session;
  if (group === '') throw usageError('--group: missing group name', 'use for example --group deploy');
  const database = await store.database();
  if (group !== null) await shareLedger(context, { path: store.options.ledgerPath, group });
  await rollUp(session, database);
  await readHostFacts(session, null);
  const named = settings.text('deployment') !== null ? startFacts(session, { needsVersion: false }) : null;
  if (named !== null) {
    await store.write((open) =>
      declareGroup(open, {
        key: {
          instance: named.instance,
          deployment: named.deployment.value,
          environment: named.environment.value,
        },
        service: named.service,
        declare: settings.declare,
        wallMs: context.instant().wallMs,
      }),
    );
  }
  await send(session, { deploymentId: null, adopt: 'always' });
  printLine(context, `the ledger is ${database.name}`);
  if (named === null)
    context.stderr.write(
      problemLines({
        message: 'no counters were created at zero: no deployment is set',
        hint: 'use --deployment <name>',
      }),
    );
  return endCommand(session, {
    code: session.warnings.some((warning) => warning.failed === 'recording') ? 1 : 0,
  });
}

/** So long a mark of a running deployment may wait. */
const sliceMs = 100;

/** The statistics of a large ledger that was migrated, or of deployments that were imported; with a line that shows how far it is. */
async function rollUp({ context }: Session, database: Database): Promise<void> {
  if (!isBehindNow(context, database)) return;
  const { foldAll } = await import('../ledger/rollups/keepUp.ts');
  const line = liveLine(context, () => `computing statistics${back(reachOf(database))}`);
  try {
    await foldAll(context, { database, sliceMs });
  } finally {
    line.end();
  }
}

/** Of the newest deployments first. */
function back(reach: string): string {
  return /^\d{4}/.test(reach) ? `, back to ${reach.slice(0, 10)}` : '';
}
