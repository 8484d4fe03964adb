import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import { isOpen } from '../statuses.ts';
import type { Pruning } from './deleteSome.ts';
import { type Due, dueDeployments, isOld } from './due.ts';
import { type HostSite, hostSites, isFit, ofHostSite } from './hosts.ts';
import { referredTo, type StayReason, stayingOf } from './staying.ts';

/** What a pruning deletes, and how many older deployments stay, by reason. */
export interface Plan {
  readonly due: readonly Due[];
  readonly stayed: Readonly<Partial<Record<StayReason, number>>>;
  /** All deployments before it. */
  readonly deployments: number;
}

/** What a pruning would delete now; after one, what it left. Changes nothing. */
export function planPruning(database: Database, pruning: Pruning): Plan {
  return transaction(database, { mode: 'read' }, () => {
    const referred = referredTo(database, pruning.waiting);
    const stayed: Partial<Record<StayReason, number>> = {};
    const due: Due[] = [];
    for (const site of hostSites(database)) {
      const staying = stayingOf(database, { site, referred });
      const ofSite = dueDeployments(database, { site, until: pruning.until, staying, most: 1e9 });
      for (const one of ofSite) due.push(one); // too many for arguments
      const gone = new Set(ofSite.map(({ id }) => id));
      for (const row of olderRows(database, { site, until: pruning.until })) {
        const reason = row.id !== null && gone.has(row.id) ? null : reasonOf(row, staying);
        if (reason !== null) stayed[reason] = (stayed[reason] ?? 0) + 1;
      }
    }
    const deployments = database.prepare('SELECT count(*) FROM deployment_metrics').pluck().get() as number;
    return { due, stayed, deployments };
  });
}

interface OlderRow {
  readonly id: string | null;
  readonly open: number;
  readonly old: number;
  readonly fit: number;
  readonly fragment: number;
}

/** One by one: they may be a million. */
function olderRows(
  database: Database,
  wanted: { site: HostSite; until: string },
): IterableIterator<OlderRow> {
  return database
    .prepare<unknown[], OlderRow>(
      `SELECT deployment_id AS id, (${isOpen}) AS open, (${isOld}) AS old, (${isFit}) AS fit, fragment
       FROM deployment_metrics WHERE ${ofHostSite} AND deployment_started_at < @until`,
    )
    .iterate({ ...wanted.site, until: wanted.until });
}

/** Null for one that is not old enough. */
function reasonOf(
  { id, open, old, fit, fragment }: OlderRow,
  staying: ReadonlyMap<string, StayReason>,
): StayReason | null {
  if (fit !== 1 || id === null) return 'invalid_row';
  if (open === 1) return fragment === 1 ? 'incomplete' : 'in_progress';
  return old === 1 ? (staying.get(id) ?? 'metrics') : null;
}
