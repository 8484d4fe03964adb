import { publicTables } from './publicTables.ts';
import { factTables, gateTables, recordTables, schemaSteps } from './schemaSteps.ts';

/** Internal: may change with any version. */
const ownTables = `
CREATE TABLE ledger (one INTEGER PRIMARY KEY CHECK (one = 1), ledger_id TEXT NOT NULL, created_at TEXT NOT NULL);

CREATE TABLE groups (
    id INTEGER PRIMARY KEY,
    instance TEXT NOT NULL,
    deployment TEXT NOT NULL,
    environment TEXT NOT NULL,
    seq INTEGER NOT NULL DEFAULT 0,
    delivered_seq INTEGER NOT NULL DEFAULT 0,
    delivered_at INTEGER,
    adopted_url TEXT,
    adopted_from TEXT,
    adopted_at INTEGER,
    refused_url TEXT,
    refused_version TEXT,
    refused_line TEXT,
    lease_holder TEXT,
    lease_until INTEGER NOT NULL DEFAULT 0,
    UNIQUE (instance, deployment, environment)
);

CREATE TABLE totals (
    group_id INTEGER NOT NULL,
    family TEXT NOT NULL,
    labels TEXT NOT NULL,
    part TEXT NOT NULL,
    value INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0,
    base INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (group_id, family, labels, part)
) WITHOUT ROWID;

CREATE TABLE declarations (
    group_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (group_id, kind, value)
) WITHOUT ROWID;

CREATE TABLE last_stages (
    group_id INTEGER NOT NULL,
    service TEXT NOT NULL,
    stage TEXT NOT NULL,
    duration_seconds REAL NOT NULL,
    PRIMARY KEY (group_id, service, stage)
) WITHOUT ROWID;

CREATE TABLE last_checks (
    group_id INTEGER NOT NULL,
    check_type TEXT NOT NULL,
    healthy INTEGER NOT NULL,
    PRIMARY KEY (group_id, check_type)
) WITHOUT ROWID;

CREATE TABLE gateways (url TEXT PRIMARY KEY, failures INTEGER NOT NULL, retry_at INTEGER NOT NULL, last_error TEXT) WITHOUT ROWID;

CREATE TABLE processes (
    deployment_id TEXT NOT NULL,
    role TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started TEXT,
    boot TEXT,
    PRIMARY KEY (deployment_id, role, pid)
) WITHOUT ROWID;

CREATE TABLE probers (run_id TEXT PRIMARY KEY, deployment_id TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT, boot TEXT, file TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE marks_seen (mark_id TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE journals (file_id TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE host_facts (boot TEXT PRIMARY KEY, hostname TEXT, os_version TEXT, cpu TEXT, cores INTEGER, memory_bytes INTEGER, read_at TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE warnings (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, deployment_id TEXT, code TEXT NOT NULL, message TEXT NOT NULL);
`;

/** Public: users query these. */
export const publicSql = publicTables + recordTables + factTables + gateTables;

/** The schema of the first version. */
export const firstSchemaSql = publicTables + ownTables;

export const schemaSql = firstSchemaSql + schemaSteps.join('');
