import type { Database } from '../file/addon.ts';
import { neededDeployments } from '../push/snapshot.ts';
import { hasEndedWell } from '../statuses.ts';
import { type HostSite, isFit, ofHostSite } from './hosts.ts';

/** Why a deployment is not deleted although it is older than asked. */
export type StayReason =
  | 'in_progress'
  | 'incomplete'
  | 'marks_waiting'
  | 'open_rollback'
  | 'container_present'
  | 'newest'
  | 'successful'
  | 'metrics'
  | 'invalid_row';

/** By the ID of the deployment; the first reason that applies. */
export type Staying = ReadonlyMap<string, StayReason>;

/** Invalid rows wait for their marks under this name. */
const waits = 'waits: ';

/** Deployments that something else still refers to; `waiting` are those with marks in a journal. */
export function referredTo(database: Database, waiting: ReadonlySet<string>): Staying {
  const staying = new Map<string, StayReason>();
  const all = (sql: string): string[] => database.prepare<unknown[], string>(sql).pluck().all();
  const waitingRows = all(
    `SELECT substr(deployment_id, ${waits.length + 1}) FROM marks_kept WHERE deployment_id >= '${waits}' AND deployment_id < 'waits:!'`,
  );
  add(staying, { marks_waiting: [...waiting, ...waitingRows] });
  add(staying, { open_rollback: all('SELECT deployment_id FROM rollbacks WHERE settled = 0') });
  add(staying, { container_present: all('SELECT deployment_id FROM containers WHERE removed_at IS NULL') });
  return staying;
}

/** The deployments of a site that stay whatever their age. */
export function stayingOf(
  database: Database,
  { site, referred }: { site: HostSite; referred: Staying },
): Staying {
  const staying = new Map(referred);
  const newest = database.prepare<unknown[], string | null>(
    `SELECT deployment_id FROM deployment_metrics WHERE ${ofHostSite} AND (${isFit}) ORDER BY deployment_started_at DESC, id DESC LIMIT 1`,
  );
  add(staying, { newest: newest.pluck().all(site) });
  add(staying, { successful: successful(database, site) });
  const group = database
    .prepare<unknown[], number>(`SELECT id FROM groups WHERE ${ofHostSite}`)
    .pluck()
    .get(site);
  if (group !== undefined) add(staying, { metrics: neededDeployments(database, group) });
  return staying;
}

/** The first reason stands. */
function add(
  staying: Map<string, StayReason>,
  because: Readonly<Partial<Record<StayReason, Iterable<string | null>>>>,
): void {
  for (const [reason, ids] of Object.entries(because))
    for (const id of ids) if (id !== null && !staying.has(id)) staying.set(id, reason as StayReason);
}

interface Good {
  readonly id: string | null;
  readonly version: string;
}

/** Enough for a version that is deployed again and again: no other version is looked for before so many. */
const searched = 10_000;

/**
 * The newest successful deployment; the newest that was not rolled back; and the newest of another version before that,
 * to which a rollback would go.
 */
function successful(database: Database, site: HostSite): (string | null)[] {
  const endedWell = `FROM deployment_metrics m WHERE ${ofHostSite} AND ${hasEndedWell}`;
  const newestFirst = 'ORDER BY deployment_completed_at DESC, id DESC LIMIT 1';
  const first = database.prepare<unknown[], string | null>(
    `SELECT deployment_id ${endedWell} AND (${isFit}) ${newestFirst}`,
  );
  const lasting = database.prepare<unknown[], Good>(
    `SELECT deployment_id AS id, version ${endedWell} AND (${isFit}) AND (@not IS NULL OR version <> @not)
       AND NOT EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = m.deployment_id AND r.success = 1)
       AND deployment_completed_at >= coalesce((SELECT deployment_completed_at ${endedWell} ${newestFirst} OFFSET ${searched}), '')
     ${newestFirst}`,
  );
  const newest = lasting.get({ ...site, not: null });
  const before = newest === undefined ? undefined : lasting.get({ ...site, not: newest.version });
  return [...first.pluck().all(site), ...[newest, before].flatMap((row) => row?.id ?? [])];
}
