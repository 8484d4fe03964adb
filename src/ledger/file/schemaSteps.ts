import { ownTriggers } from './ownTriggers.ts';
import { rollupStep } from './rollupTables.ts';
import { storeStep } from './storeTables.ts';

/** Public too: records in addition to phases and health. Names and columns never change. */
export const recordTables = `
ALTER TABLE deployment_metrics ADD COLUMN host_load REAL;

CREATE TABLE smoke_tests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_id TEXT NOT NULL,
    run_id TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL,
    test_name TEXT NOT NULL,
    started_at TEXT,
    run_at TEXT NOT NULL,
    duration_seconds REAL,
    status TEXT NOT NULL CHECK (status IN ('success', 'failure')),
    exit_code INTEGER,
    signal TEXT,
    error_message TEXT,
    judged TEXT NOT NULL DEFAULT 'yes' CHECK (judged IN ('yes', 'allowed', 'no')),
    of_rollback INTEGER NOT NULL DEFAULT 0,
    late INTEGER NOT NULL DEFAULT 0,
    cpu_seconds REAL,
    memory_bytes INTEGER,
    stderr_tail TEXT
);
CREATE INDEX smoke_test_by_deployment ON smoke_tests(deployment_id, id);

CREATE TABLE infrastructure_costs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_id TEXT NOT NULL,
    cost_id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    resource TEXT NOT NULL,
    cost_usd REAL NOT NULL
);
CREATE INDEX cost_by_deployment ON infrastructure_costs(deployment_id, id);

CREATE TABLE post_deployment_errors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_id TEXT NOT NULL,
    error_id TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL,
    at TEXT NOT NULL,
    error_rate REAL NOT NULL,
    source TEXT NOT NULL
);
CREATE INDEX error_rate_by_deployment ON post_deployment_errors(deployment_id, id);

CREATE TABLE error_budget_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_id TEXT NOT NULL,
    at TEXT NOT NULL,
    cause TEXT NOT NULL,
    weight REAL NOT NULL
);
CREATE INDEX budget_event_by_deployment ON error_budget_events(deployment_id, id);

CREATE TABLE tracked_items (
    deployment_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT,
    PRIMARY KEY (deployment_id, kind, name)
) WITHOUT ROWID;
`;

/** Internal: may change with any version. */
const tracking = `
CREATE TABLE tracking (deployment_id TEXT PRIMARY KEY, tracked TEXT NOT NULL) WITHOUT ROWID;
`;

/** The whole first step for ledgers of the last programs with schema 1, which had all other tables of it. */
export const keptMarks = `
CREATE TABLE marks_kept (id INTEGER PRIMARY KEY, deployment_id TEXT NOT NULL, mark_id TEXT NOT NULL, mark TEXT NOT NULL);
CREATE INDEX mark_by_deployment ON marks_kept(deployment_id, id);
${ownTriggers.marks_are_kept_while_open};

CREATE TABLE imported_deployments (deployment_id TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
`;

/** Public too: additional facts of a deployment, each with its source. */
export const factTables = `
CREATE TABLE deployment_facts (
    deployment_id TEXT NOT NULL,
    fact TEXT NOT NULL,
    value TEXT NOT NULL,
    source TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (deployment_id, fact)
) WITHOUT ROWID;
`;

/**
 * Finished deployments, site by site, with everything that statistics need: 100,000 rows are counted without reading
 * one.
 */
const endedIndex = `
CREATE INDEX deployment_by_end ON deployment_metrics(deployment, environment, deployment_completed_at, deployment_status,
    total_duration, downtime_duration, cutover_duration, health_check_duration, discarded, fragment)
    WHERE deployment_status IN ('success', 'warning', 'failed') AND discarded = 0 AND fragment = 0;
`;

/** Internal: events that collectors have seen, and groups whose deployment is gone. Times of groups in milliseconds. */
const ownCollectorTables = `
CREATE TABLE collected_events (
    source TEXT NOT NULL,
    event_id TEXT NOT NULL,
    at TEXT NOT NULL,
    deployment_id TEXT,
    PRIMARY KEY (source, event_id)
) WITHOUT ROWID;

CREATE TABLE collectors (name TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE containers (
    container_id TEXT PRIMARY KEY,
    deployment_id TEXT NOT NULL,
    name TEXT NOT NULL,
    started_at TEXT,
    removed_at TEXT,
    cpu_seconds REAL,
    memory_bytes INTEGER,
    said_status TEXT,
    has_healthcheck INTEGER,
    health TEXT,
    health_at TEXT,
    ended_at TEXT,
    exit_code INTEGER
) WITHOUT ROWID;
CREATE INDEX container_by_deployment ON containers(deployment_id);
CREATE INDEX container_present ON containers(deployment_id) WHERE removed_at IS NULL;

ALTER TABLE groups ADD COLUMN gone_at INTEGER;
ALTER TABLE groups ADD COLUMN gone_why TEXT;
ALTER TABLE groups ADD COLUMN aged_out INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN scraped_at INTEGER;
`;

/** Internal: a PID identifies a process only in its own namespace; '' if that is unknown. */
const ownProcessTables = `
ALTER TABLE processes RENAME TO processes_before;
CREATE TABLE processes (
    deployment_id TEXT NOT NULL,
    role TEXT NOT NULL,
    pid INTEGER NOT NULL,
    pid_namespace TEXT NOT NULL,
    started TEXT,
    boot TEXT,
    PRIMARY KEY (deployment_id, role, pid, pid_namespace)
) WITHOUT ROWID;
INSERT INTO processes SELECT deployment_id, role, pid, '', started, boot FROM processes_before;
DROP TABLE processes_before;
ALTER TABLE probers ADD COLUMN pid_namespace TEXT;
`;

/**
 * Internal: the process that started a run of a phase, for its end; and whether only that process knows the ID of a
 * deployment. A process of an older version is not known to be the only one.
 */
const callers = `
ALTER TABLE deployment_stages ADD COLUMN caller TEXT;
ALTER TABLE processes ADD COLUMN knows_alone INTEGER NOT NULL DEFAULT 0;
`;

/** Public too: freezes that a person has set, and what the gate decided. Neither is ever deleted. Null: every one. */
export const gateTables = `
CREATE TABLE freezes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    freeze_id TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    deployment TEXT,
    environment TEXT,
    until TEXT NOT NULL,
    reason TEXT NOT NULL,
    set_by TEXT,
    thawed_at TEXT,
    thawed_by TEXT
);
CREATE INDEX freeze_in_force ON freezes(until) WHERE thawed_at IS NULL;

CREATE TABLE gate_decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    decision_id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    deployment TEXT NOT NULL,
    environment TEXT NOT NULL,
    version TEXT,
    verdict TEXT NOT NULL CHECK (verdict IN ('go', 'frozen', 'hotfix', 'rollback', 'error')),
    passed INTEGER NOT NULL,
    reason TEXT NOT NULL,
    rules TEXT NOT NULL,
    ends_at TEXT,
    triggered_by TEXT,
    hotfix_reason TEXT
);
CREATE INDEX decision_by_group ON gate_decisions(deployment, environment, id);
`;

/** Marks that come in many are each looked up by their ID. */
const markIds = `
CREATE INDEX mark_by_id ON marks_kept(mark_id);
`;

/** Each migrates the schema from its index + 1 to the next; a new ledger runs all of them. */
export const schemaSteps: readonly string[] = [
  recordTables + tracking + keptMarks,
  factTables + ownCollectorTables + endedIndex,
  ownProcessTables,
  callers,
  gateTables,
  rollupStep + markIds,
  storeStep,
];
