import type { Context } from '../../context.ts';
import { stopwatch } from '../../duration.ts';
import type { Warning } from '../../errors.ts';
import type { Database } from '../file/addon.ts';
import { readJournals } from '../journal/readJournals.ts';
import { hasUnread, type JournalPlaces } from '../journal/unread.ts';
import type { Store } from '../store.ts';
import { deleteSome, type Found, findDue, type Pruning } from './deleteSome.ts';
import type { Due } from './due.ts';
import { emptyLog } from './emptyLog.ts';
import { type HostSite, hostSites } from './hosts.ts';

/** Marks of running deployments wait at most about this long for one transaction. */
const aimedMs = 10;
const firstAtOnce = 16;
/** A single one may have hundred thousands of attempts. */
const leastAtOnce = 1;
const mostAtOnce = 200;
const cacheKibibytes = 65_536;

interface Task {
  readonly store: Store;
  readonly until: string;
  readonly now: string;
  readonly warnings: Warning[];
  /** Called with what each transaction deleted. */
  readonly deleted: (some: readonly Due[]) => void;
}

/**
 * Deletes in small transactions, each of whole deployments, and lets other processes have their turn in between. Marks
 * that wait in journals are imported before. Throws like `store.write`; what was deleted until then stays deleted.
 */
export async function prune(context: Context, task: Task): Promise<{ waiting: ReadonlySet<string> }> {
  const { store, warnings, until, now } = task;
  const database = await store.database();
  database.pragma(`cache_size = -${cacheKibibytes}`);
  const waiting = new Set<string>();
  const takeIn = async (): Promise<boolean> => {
    if (!hasUnread(database, store.options)) return false;
    for (const id of waitingIn(database, store.options)) waiting.add(id);
    await store.takeIn(warnings);
    return true;
  };
  await takeIn();
  let most = firstAtOnce;
  for (const site of hostSites(database)) {
    for (let found: Found | null = null; ; ) {
      // What this process imports itself does not change its data version.
      if (await takeIn()) found = null;
      const pruning = { until, now, waiting, site };
      found = found === null || found.due.length === 0 ? findDue(database, pruning) : found;
      if (found.due.length === 0) break;
      const done = await deleteOnce(context, { task, ...pruning, found, most });
      found = done.found;
      most = nextMost(most, done.tookMs);
      await context.sleep(done.tookMs);
    }
  }
  return { waiting };
}

/** On a disk that is nearly full, the log is written back first, and one deployment at a time needs little of it. */
async function deleteOnce(
  context: Context,
  { most, ...task }: Parameters<typeof deleteAtOnce>[1],
): Promise<{ found: Found; tookMs: number }> {
  try {
    return await deleteAtOnce(context, { ...task, most });
  } catch (error) {
    if ((error as { code?: string }).code !== 'LEDGER_FULL') throw error;
    emptyLog(await task.task.store.database());
    return deleteAtOnce(context, { ...task, most: 1 });
  }
}

/** Nothing waits for the disk: a power loss may bring the last ones back, whole. */
async function deleteAtOnce(
  context: Context,
  {
    task: { store, deleted },
    ...pruning
  }: Pruning & { task: Task; site: HostSite; found: Found; most: number },
): Promise<{ found: Found; tookMs: number }> {
  const { some, found, tookMs } = await store.note((database) => {
    const lapMs = stopwatch(context);
    return { ...deleteSome(database, pruning), tookMs: lapMs() };
  });
  deleted(some);
  return { found, tookMs };
}

function nextMost(most: number, tookMs: number): number {
  if (tookMs > aimedMs) return Math.max(leastAtOnce, most >> 1);
  return tookMs < aimedMs / 2 ? Math.min(mostAtOnce, most * 2) : most;
}

/** The deployments with marks in a journal that can be read. */
export function waitingIn(database: Database, places: JournalPlaces): Set<string> {
  if (!hasUnread(database, places)) return new Set();
  const { lines } = readJournals({ database, places });
  return new Set(lines.flatMap(({ mark }) => (mark === null ? [] : [mark.deploymentId])));
}
