import type { Database } from '../file/addon.ts';
import { isOpen } from '../statuses.ts';

/** What was seen of the ledger at one moment, to tell later what has changed. */
export interface SeenLedger {
  /** By the ID of a deployment, everything that marks change. */
  readonly deployments: ReadonlyMap<string, string>;
  /** The newest row of each table that rows are added to for older deployments. */
  readonly newest: ReadonlyMap<string, number>;
}

/** The newest deployments, and open ones of any age, are compared in full; older ones change by new rows. */
const compared = 100;
const comparedOpen = 50;
const mostChanged = 200;
const tables = [
  'deployment_metrics',
  'deployment_stages',
  'rollbacks',
  'health_verifications',
  'smoke_tests',
];

const newestOf = (table: string, more = ''): string =>
  `(SELECT json_array(count(*), max(t.id)${more}) FROM ${table} t WHERE t.deployment_id = d.deployment_id)`;

const seenSql = `
  SELECT d.deployment_id AS id, json_array(d.deployment_status, d.discarded, d.fragment, d.deployment_completed_at, d.version,
      d.previous_version, d.total_duration, d.downtime_duration, d.error_message, d.notes, d.commit_sha, d.url, d.triggered_by,
      d.host_load, ${newestOf('deployment_stages', ', count(t.ended_at), sum(t.duration_seconds)')},
      ${newestOf('rollbacks', ', sum(t.settled), sum(t.success)')}, ${newestOf('outages', ', count(t.ended_at)')},
      ${newestOf('health_verifications')}, ${newestOf('smoke_tests')},
      (SELECT max(t.id) FROM health_checks t WHERE t.deployment_id = d.deployment_id)) AS seen
  FROM deployment_metrics d WHERE d.deployment_id IS NOT NULL AND d.id IN (
    SELECT id FROM (SELECT id FROM deployment_metrics ORDER BY deployment_started_at DESC, id DESC LIMIT ${compared})
    UNION SELECT id FROM (SELECT id FROM deployment_metrics WHERE ${isOpen} LIMIT ${comparedOpen}))`;

/** Reads some hundred rows by indexes, however many there are. */
export function seenLedger(db: Database): SeenLedger {
  const rows = db.prepare<[], { id: string; seen: string }>(seenSql).all();
  const newest = tables.map((table): [string, number] => [
    table,
    db.prepare<[], number | null>(`SELECT max(id) FROM ${table}`).pluck().get() ?? 0,
  ]);
  return { deployments: new Map(rows.map(({ id, seen }) => [id, seen])), newest: new Map(newest) };
}

/** The IDs of deployments that are not as they were seen; null: too many, or one has no ID. */
export function changedSince(
  db: Database,
  { before, after }: { before: SeenLedger; after: SeenLedger },
): string[] | null {
  const changed = new Set<string>();
  for (const [id, seen] of after.deployments) if (before.deployments.get(id) !== seen) changed.add(id);
  for (const id of before.deployments.keys()) if (!after.deployments.has(id)) changed.add(id);
  for (const table of tables) {
    const added = db
      .prepare<[number], string | null>(
        `SELECT deployment_id FROM ${table} WHERE id > ? LIMIT ${mostChanged + 1}`,
      )
      .pluck()
      .all(before.newest.get(table) ?? 0);
    if (added.length > mostChanged || added.includes(null)) return null;
    for (const id of added) if (id !== null) changed.add(id);
  }
  return changed.size > mostChanged ? null : [...changed];
}
