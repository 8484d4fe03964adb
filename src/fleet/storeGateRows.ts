import type { FoundFreeze, GateRows, Unread } from '../ledger/gate/gateRows.ts';
import type { LastMigration, OutcomePeriod } from '../ledger/gate/outcomes.ts';
import type { Site } from '../ledger/read/endedSites.ts';
import { hasEnded, hasEndedWell } from '../ledger/statuses.ts';
import { isoTime } from '../model.ts';
import { longestDeploymentMs, matching, places } from './condition.ts';
import { iso, type Query } from './stats/query.ts';
import { readStoreBudget } from './stats/storeBudget.ts';
import { viewSchema } from './tables.ts';

/**
 * What the gate judges with `--store`: the deployments of all hosts, or of `host`. Freezes of this host that the store does not
 * know yet hold as well: `own` are the rows of its ledger, and `knows` whether that has a freeze, which may be thawed.
 */
export function storeGateRows(
  query: Query,
  {
    host,
    own,
    knows,
  }: { host: string | undefined; own: GateRows | null; knows: (freezeId: string) => boolean },
): GateRows {
  return {
    async freezes(asked) {
      const [ours = [], theirs] = await Promise.all([own?.freezes(asked), readFreezes(query, asked)]);
      return [...ours, ...theirs.filter(({ freezeId }) => !knows(freezeId))];
    },
    budget: async (period) => (await readStoreBudget(query, { ...period, host }))[0] ?? null,
    outcomes: (period) => readOutcomes(query, { ...period, host }),
    lastMigration: (period) => readLastMigration(query, { ...period, host }),
    unread,
  };
}

/** Every rule that reads a store which cannot be used says so. */
export function unreadableRows(error: unknown): GateRows {
  const fail = () => Promise.reject(error);
  return { freezes: fail, budget: fail, outcomes: fail, lastMigration: fail, unread };
}

function unread(error: unknown): Unread {
  const { message, hint } = error as { message: string; hint?: string };
  return { source: 'store', problem: message, hint };
}

async function readFreezes(query: Query, { site, now }: { site: Site; now: string }): Promise<FoundFreeze[]> {
  const rows = await query(
    `SELECT freeze_id, created_at, deployment, environment, until, reason, set_by,
       (SELECT l.hostname FROM ${viewSchema}.ledgers l WHERE l.ledger_id = f.ledger_id) AS hostname
     FROM ${viewSchema}.freezes f
     WHERE thawed_at IS NULL AND until > $1 AND (deployment IS NULL OR deployment = $2) AND (environment IS NULL OR environment = $3)
     ORDER BY until DESC, ledger_id, id`,
    [now, site.deployment, site.environment],
  );
  const text = (value: unknown) => (value === null ? null : String(value));
  return rows.map((row) => ({
    freezeId: String(row.freeze_id),
    createdAt: iso(row.created_at),
    deployment: text(row.deployment),
    environment: text(row.environment),
    until: iso(row.until),
    reason: String(row.reason),
    setBy: text(row.set_by),
    elsewhere: { hostname: text(row.hostname) },
  }));
}

type Asked = OutcomePeriod & { readonly host: string | undefined };

async function readOutcomes(query: Query, { site, host, from, to }: Asked) {
  const { values, place } = places();
  const rows = await query(
    `SELECT d.deployment_completed_at AS ended_at, d.${hasEndedWell} AS succeeded FROM ${viewSchema}.deployment_metrics d
     WHERE ${matching({ ...site, host }, { place })} AND d.${hasEnded}
       AND d.deployment_completed_at BETWEEN ${place(from)} AND ${place(to)}
     ORDER BY d.deployment_completed_at, d.ledger_id, d.id`,
    values,
  );
  return rows.map((row) => ({ endedAt: iso(row.ended_at), succeeded: row.succeeded === true }));
}

async function readLastMigration(
  query: Query,
  { site, host, from, to }: Asked,
): Promise<LastMigration | null> {
  const { values, place } = places();
  const [row] = await query(
    `SELECT m.status, m.finished_at, d.version FROM ${viewSchema}.migrations m
     JOIN ${viewSchema}.deployment_metrics d ON d.ledger_id = m.ledger_id AND d.deployment_id = m.deployment_id
     LEFT JOIN ${viewSchema}.deployment_stages s
       ON s.ledger_id = m.ledger_id AND s.deployment_id = m.deployment_id AND s.run_id = m.run_id
     WHERE ${matching({ ...site, host }, { place })} AND m.finished_at BETWEEN ${place(from)} AND ${place(to)}
       AND coalesce(s.judged, 'yes') = 'yes' AND d.deployment_started_at >= ${place(isoTime(Date.parse(from) - longestDeploymentMs))}
     ORDER BY m.finished_at DESC, m.ledger_id, m.id DESC LIMIT 1`,
    values,
  );
  if (row === undefined) return null;
  const status = row.status as LastMigration['status'];
  return { status, finishedAt: iso(row.finished_at), version: String(row.version) };
}
