import { defineCommand } from '../cli/define/command.ts';
import { age, flag } from '../cli/define/kinds.ts';
import { usageError } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { openAsItIs } from '../ledger/file/openForReading.ts';
import { countedFrom } from '../ledger/keep/countedFrom.ts';
import type { Due } from '../ledger/keep/due.ts';
import { type Freed, freeSpace, ledgerBytes, pageBytes } from '../ledger/keep/freeSpace.ts';
import { prune, waitingIn } from '../ledger/keep/prune.ts';
import { planPruning } from '../ledger/keep/stayed.ts';
import { isoTime } from '../model.ts';
import { leftNote, type Pruned, pruneJson, pruneText } from '../report/keep/pruneText.ts';
import { openWhenFree, readingDatabase } from '../report/ledger/readingDatabase.ts';
import { printLine } from '../report/messages/print.ts';
import { problemLines } from '../report/messages/warnings.ts';
import { viewOf } from '../report/terminal/view.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { counted } from '../text/counted.ts';

const dayMs = 86_400_000;

/**
 * `prune --keep <duration>`: deletes deployments that ended longer ago, and gives their space back to the disk. No total
 * and no metric changes. Without a ledger: a note, exit 0.
 */
export const command = defineCommand({
  name: 'prune',
  after: 'import',
  summary: 'delete deployments that ended long ago; totals and metrics stay as they are',
  group: 'set up',
  examples: ['deploytrack prune --keep 400d --dry-run', 'deploytrack prune --keep 400d'],
  options: {
    keep: age({
      min: dayMs,
      help: 'keep what ended within this time, for example 400d; required',
    }),
    dryRun: flag({ help: 'show what would be deleted, and change nothing' }),
    json: flag({ help: 'print the result as JSON' }),
  },
  settings: ['ledger', 'ledger-timeout', 'warnings'],
  exits: { '0': 'deleted, or nothing to delete', '1': 'not everything could be deleted' },
  policy: { onWrongSetting: 'usage-error', migrates: true, ledger: 'looks' },
  run: async (session: Session, { keepMs, dryRun: isDry, json }) => {
    if (keepMs === null) throw usageError('prune: missing --keep', 'use for example --keep 400d');
    const { context, store } = session;
    const asked = { isDry, keepMs, nowMs: context.instant().wallMs };
    const pruned = await (isDry ? dryRun(session, asked) : pruneNow(session, asked));
    const text = json ? pruneJson(pruned) : pruneText(pruned, await viewOf(context));
    context.stdout.write(text);
    const note = leftNote(pruned.freed, store.options.ledgerPath);
    if (note !== null) context.stderr.write(problemLines(note));
    return endCommand(session, { code: 0 });
  },
});

type Asked = Pick<Pruned, 'isDry' | 'keepMs'> & { readonly nowMs: number };
type Task = Pick<Pruned, 'isDry' | 'keepMs' | 'until' | 'countedFrom'> & { readonly now: string };

function taskOf({ isDry, keepMs, nowMs }: Asked, database: Database | null): Task {
  const fromMs = database === null ? nowMs : countedFrom(database, nowMs);
  return {
    isDry,
    keepMs,
    until: isoTime(Math.max(0, fromMs - keepMs)),
    now: isoTime(nowMs),
    countedFrom: fromMs === nowMs ? null : isoTime(fromMs),
  };
}

async function pruneNow(session: Session, asked: Asked): Promise<Pruned> {
  const { context, store, warnings } = session;
  if (!(await hasLedger(session))) return resultOf(taskOf(asked, null), {});
  const task = taskOf(asked, await store.database());
  const path = store.options.ledgerPath;
  const before = ledgerBytes(path);
  const span = new Span();
  try {
    const { waiting } = await prune(context, { ...task, store, warnings, deleted: (some) => span.add(some) });
    const { stayed } = planPruning(await store.database(), { ...task, waiting });
    const freed = await freeSpace(context, store);
    return resultOf(task, { span, stayed, freed, freedBytes: Math.max(0, before - ledgerBytes(path)) });
  } catch (error) {
    if (span.deployments > 0)
      printLine(
        context,
        `${counted(span.deployments, 'deployment was', 'deployments were')} deleted before this error`,
      );
    throw error;
  }
}

/** As in `push`: without a ledger a note says so. Throws if there are marks and no ledger for them. */
async function hasLedger(session: Session): Promise<boolean> {
  try {
    await session.store.database();
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== 'NO_LEDGER') throw error;
    return (await readingDatabase(session)) !== null;
  }
}

/** Through a connection that cannot write. */
async function dryRun(session: Session, asked: Asked): Promise<Pruned> {
  const { store } = session;
  const database = await openWhenFree(session, (path) => openAsItIs(path, 'read'));
  if (database === null) {
    await readingDatabase(session);
    return resultOf(taskOf(asked, null), {});
  }
  try {
    const task = taskOf(asked, database);
    const waiting = waitingIn(database, store.options);
    const { due, stayed, deployments } = planPruning(database, { ...task, waiting });
    const { used, free } = pageBytes(database);
    const share = deployments === 0 ? 0 : due.length / deployments;
    return resultOf(task, { span: new Span().add(due), stayed, freedBytes: Math.round(used * share) + free });
  } finally {
    database.close();
  }
}

function resultOf(
  { isDry, keepMs, until, countedFrom: from }: Task,
  { span = new Span(), ...found }: Partial<Pick<Pruned, 'stayed' | 'freed' | 'freedBytes'>> & { span?: Span },
): Pruned {
  const freed: Freed = { left: 0, why: null };
  const { deployments, firstEndedAt, lastEndedAt } = span;
  return {
    isDry,
    keepMs,
    until,
    countedFrom: from,
    deployments,
    firstEndedAt,
    lastEndedAt,
    stayed: {},
    freed,
    freedBytes: 0,
    ...found,
  };
}

/** What was deleted so far. */
class Span {
  deployments = 0;
  firstEndedAt: string | null = null;
  lastEndedAt: string | null = null;

  add(some: readonly Due[]): this {
    this.deployments += some.length;
    for (const { endedAt } of some) {
      if (this.firstEndedAt === null || endedAt < this.firstEndedAt) this.firstEndedAt = endedAt;
      if (this.lastEndedAt === null || endedAt > this.lastEndedAt) this.lastEndedAt = endedAt;
    }
    return this;
  }
}
