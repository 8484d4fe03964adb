/**
 * Internal: which rows a central store still lacks. Empty until a store is used for the first time. A revision never
 * falls, also in a ledger that was restored: it is at least the time in milliseconds.
 */
const tables = `
CREATE TABLE store_state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL,
    sent_revision INTEGER NOT NULL DEFAULT 0,
    store_id TEXT,
    host TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    retry_at INTEGER NOT NULL DEFAULT 0,
    last_error TEXT
);

CREATE TABLE store_rows (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    sent INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE INDEX store_row_unsent ON store_rows(revision) WHERE sent = 0;
`;

/** Every tool has `julianday`; `unixepoch('subsec')` is newer than the `sqlite3` of Debian 12. */
const nowMs = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

/** What changes together is sent together: a deployment with all its rows, a freeze, a decision of the gate. */
export const sentKinds = ['deployment', 'freeze', 'decision'] as const;
export type SentKind = (typeof sentKinds)[number];

interface Sent {
  readonly kind: SentKind;
  readonly key: string;
}

const ofDeployment: Sent = { kind: 'deployment', key: 'deployment_id' };

/** The public tables whose rows are sent, and with what each row is sent. */
export const sentTables: Readonly<Record<string, Sent>> = {
  deployment_metrics: ofDeployment,
  deployment_stages: ofDeployment,
  health_verifications: ofDeployment,
  health_checks: ofDeployment,
  outages: ofDeployment,
  migrations: ofDeployment,
  smoke_tests: ofDeployment,
  rollbacks: ofDeployment,
  infrastructure_costs: ofDeployment,
  post_deployment_errors: ofDeployment,
  error_budget_events: ofDeployment,
  tracked_items: ofDeployment,
  deployment_facts: ofDeployment,
  freezes: { kind: 'freeze', key: 'freeze_id' },
  gate_decisions: { kind: 'decision', key: 'decision_id' },
};

/** The table whose row stands for everything that is sent with it. */
export const headTables: Readonly<Record<SentKind, string>> = {
  deployment: 'deployment_metrics',
  freeze: 'freezes',
  decision: 'gate_decisions',
};

/** The tables whose rows are sent with their deployment. */
export const deploymentTables: readonly string[] = Object.keys(sentTables).filter(
  (table) => sentTables[table] === ofDeployment,
);

const noteOf = ({ kind, key }: Sent, row: 'OLD' | 'NEW'): string => `
UPDATE store_state SET revision = max(revision + 1, ${nowMs});
INSERT INTO store_rows (kind, key, revision) SELECT '${kind}', ${row}.${key}, revision FROM store_state WHERE ${row}.${key} IS NOT NULL
    ON CONFLICT DO UPDATE SET revision = excluded.revision, sent = 0;`;

/** Rows of a deployment are deleted with it, so only its own deletion is noted. */
const triggersOf = ([table, sent]: [string, Sent]): string => {
  const isWhole = table === headTables[sent.kind];
  const events = [['INSERT', 'NEW'], ['UPDATE', 'NEW'], ...(isWhole ? [['DELETE', 'OLD']] : [])] as const;
  return events
    .map(
      ([event, row]) => `
CREATE TRIGGER ${table}_${event?.toLowerCase()}_for_store AFTER ${event} ON ${table}
BEGIN ${noteOf(sent, row as 'OLD' | 'NEW')} END;`,
    )
    .join('');
};

/** Created when a store is used for the first time: without one they would cost each start of the program some time. */
export const storeTriggers = Object.entries(sentTables).map(triggersOf).join('');

/** The whole step to schema 8. */
export const storeStep = tables;

/** What a store lacks is computed anew after a repair. */
export const storeTables: readonly string[] = ['store_state', 'store_rows'];
