import { defineCommand } from '../cli/define/command.ts';
import { duration, flag } from '../cli/define/kinds.ts';
import { stopwatch } from '../duration.ts';
import { usageError } from '../errors.ts';
import { type Initialized, initStore, printSchema } from '../fleet/initStore.ts';
import type { StoreAddress } from '../fleet/storeAddress.ts';
import { StoreError } from '../fleet/storeProblem.ts';
import { requiredStore } from '../fleet/storeSetting.ts';
import { type Synced, sync } from '../fleet/sync.ts';
import { liveLine } from '../report/terminal/liveLine.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { counted } from '../text/counted.ts';

const pauseMs = 1000;
/** Without `--wait`: a ledger of many years is sent within it. */
const longestMs = 600_000;

/** `sync`: sends the rows that the central store lacks. Exit 1 if something stays unsent. */
export const command = defineCommand({
  name: 'sync',
  after: 'push',
  summary: 'send rows to the central store',
  group: 'set up',
  examples: ['deploytrack sync --wait 10m', 'deploytrack sync --print-schema > schema.sql'],
  options: {
    wait: duration({ help: 'keep trying for this long' }),
    init: flag({ help: 'create or upgrade the schema, and grant its rights' }),
    printSchema: flag({ help: 'print the SQL of the schema and of its rights' }),
  },
  settings: ['store', 'ledger', 'ledger-timeout', 'warnings'],
  exits: { '0': 'the store has everything', '1': 'something is still unsent' },
  policy: { onWrongSetting: 'usage-error', migrates: true, ledger: 'looks', sends: 'push' },
  run: async (session: Session, { init, printSchema: isPrinted, waitMs }) => {
    refuseTwo({ wait: waitMs !== null, init, 'print-schema': isPrinted });
    if (isPrinted) {
      session.context.stdout.write(`${printSchema()}\n`);
      return endCommand(session, { code: 0 });
    }
    const address = await requiredStore(session);
    if (init) {
      session.context.stdout.write(initializedText(address, await initStore(session.context, address)));
      return endCommand(session, { code: 0 });
    }
    return send(session, { address, waitMs });
  },
});

function refuseTwo(given: Readonly<Record<string, boolean>>): void {
  const [one, other] = Object.keys(given).filter((name) => given[name]);
  if (other !== undefined)
    throw usageError(`sync: --${one} and --${other} cannot be used together`, 'omit one of them');
}

function initializedText({ shown }: StoreAddress, { schema, granted, missing }: Initialized): string {
  const roles = (names: readonly string[]) => names.join(' and ');
  return [
    `${shown}: the schema is ${schema}`,
    ...(granted.length === 0 ? [] : [`rights granted to ${roles(granted)}`]),
    ...(missing.length === 0
      ? []
      : [
          `no rights granted to ${roles(missing)}: create ${missing.length === 1 ? 'this role' : 'these roles'}, then run \`deploytrack sync --init\` again`,
        ]),
    '',
  ].join('\n');
}

async function send(
  session: Session,
  { address, waitMs }: { address: StoreAddress; waitMs: number | null },
): Promise<number> {
  const { context, store, warnings } = session;
  if (!(await takenIn(session))) return endCommand(session, { code: 0 });
  let done = { sent: 0, of: 0 };
  const line = liveLine(context, () => `${done.sent} of ${counted(done.of, 'change')} sent`);
  const { unsent, sent, refused, ...rest } = await untilSent(session, {
    ...{ address, waitMs },
    progress: (sentNow, of) => {
      done = { sent: sentNow, of };
    },
  }).finally(() => line.end());
  warnings.push(...rest.warnings);
  const left = `${unsent === 0 ? '' : `, ${unsent} unsent`}${refused === 0 ? '' : `, ${refused} refused`}`;
  context.stdout.write(`${address.shown}: ${counted(sent, 'change')} sent${left}\n`);
  store.close();
  return endCommand(session, { code: unsent + refused === 0 ? 0 : 1 });
}

/** Imports the journals. False, with a note, if there is no ledger yet: nothing is unsent, as for `push`. */
async function takenIn(session: Session): Promise<boolean> {
  try {
    await session.store.takeIn(session.warnings);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== 'NO_LEDGER') throw error;
    const { readingDatabase } = await import('../report/ledger/readingDatabase.ts');
    return (await readingDatabase(session)) !== null;
  }
}

/** Without `--wait` it tries once, and sends for some minutes. */
async function untilSent(
  { context, store }: Session,
  {
    address,
    waitMs,
    progress,
  }: { address: StoreAddress; waitMs: number | null; progress: (sent: number, of: number) => void },
): Promise<Synced> {
  const waitedMs = stopwatch(context);
  const budgetMs = waitMs ?? longestMs;
  for (;;) {
    try {
      return await sync({
        context,
        store,
        address,
        budgetMs: Math.max(1, budgetMs - waitedMs()),
        insists: true,
        progress,
      });
    } catch (error) {
      if (!(error instanceof StoreError) || waitMs === null || waitedMs() + pauseMs >= waitMs) throw error;
      await context.sleep(pauseMs);
    }
  }
}
