import { ownTriggers } from './ownTriggers.ts';

/**
 * Tables that users query: names and columns never change. The columns of the user's schema come first, unchanged; ours
 * follow.
 */
export const publicTables = `
CREATE TABLE deployment_metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version TEXT NOT NULL,
    previous_version TEXT,
    deployment_started_at TEXT NOT NULL,
    deployment_completed_at TEXT,
    hostname TEXT,
    os_version TEXT,
    python_version TEXT,
    extract_duration REAL,
    venv_rebuild_duration REAL,
    migration_duration REAL,
    cutover_duration REAL,
    total_duration REAL,
    downtime_duration REAL,
    health_check_success INTEGER DEFAULT 0,
    health_check_duration REAL,
    time_to_healthy TEXT,
    deployment_method TEXT DEFAULT 'manual',
    deployment_status TEXT DEFAULT 'in-progress',
    error_message TEXT,
    notes TEXT,
    deployment_id TEXT,
    deployment TEXT,
    environment TEXT,
    service TEXT,
    instance TEXT,
    runner TEXT,
    commit_sha TEXT,
    url TEXT,
    triggered_at TEXT,
    triggered_by TEXT,
    rollback_of TEXT,
    time_to_deploy REAL,
    downtime_open INTEGER NOT NULL DEFAULT 0,
    cpu_seconds REAL,
    memory_bytes INTEGER,
    discarded INTEGER NOT NULL DEFAULT 0,
    fragment INTEGER NOT NULL DEFAULT 0,
    exit_code INTEGER,
    python_command TEXT,
    clock TEXT,
    started_mono REAL,
    started_boot TEXT,
    UNIQUE(version, deployment_started_at)
);
CREATE UNIQUE INDEX deployment_by_id ON deployment_metrics(deployment_id);
CREATE INDEX deployment_by_group ON deployment_metrics(deployment, environment, instance, deployment_started_at);
CREATE INDEX deployment_in_service ON deployment_metrics(deployment, environment, instance, deployment_completed_at)
    WHERE deployment_status IN ('success', 'warning');
CREATE INDEX deployment_by_name ON deployment_metrics(deployment, deployment_started_at);
CREATE INDEX deployment_by_start ON deployment_metrics(deployment_started_at);
CREATE INDEX deployment_open ON deployment_metrics(deployment_status) WHERE deployment_status = 'in-progress';
${ownTriggers.deployment_status_is_final};

CREATE TABLE deployment_stages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_id TEXT NOT NULL,
    run_id TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL,
    stage TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    duration_seconds REAL,
    status TEXT NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'success', 'failed')),
    exit_code INTEGER,
    signal TEXT,
    error_type TEXT,
    error_message TEXT,
    judged TEXT NOT NULL DEFAULT 'yes' CHECK (judged IN ('yes', 'allowed', 'no')),
    of_rollback INTEGER NOT NULL DEFAULT 0,
    late INTEGER NOT NULL DEFAULT 0,
    cpu_seconds REAL,
    memory_bytes INTEGER,
    stderr_tail TEXT,
    artifact_bytes INTEGER,
    download_seconds REAL,
    database_bytes INTEGER,
    clock TEXT,
    started_mono REAL,
    started_boot TEXT
);
CREATE INDEX stage_by_deployment ON deployment_stages(deployment_id, id);
CREATE INDEX stage_by_name ON deployment_stages(stage, service, id) WHERE status = 'success';

CREATE TABLE health_verifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_id TEXT NOT NULL,
    verification_id TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL,
    check_type TEXT NOT NULL,
    target TEXT,
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    duration_seconds REAL NOT NULL,
    success INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    error_message TEXT,
    expected_version TEXT,
    attempts INTEGER NOT NULL,
    time_to_healthy_seconds REAL,
    judged TEXT NOT NULL DEFAULT 'yes' CHECK (judged IN ('yes', 'allowed', 'no')),
    of_rollback INTEGER NOT NULL DEFAULT 0,
    late INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX verification_by_deployment ON health_verifications(deployment_id, id);

CREATE TABLE health_checks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_id TEXT NOT NULL,
    verification_id TEXT,
    run_id TEXT,
    service TEXT NOT NULL,
    check_type TEXT NOT NULL,
    checked_at TEXT NOT NULL,
    latency_seconds REAL NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('healthy', 'unhealthy')),
    verdict TEXT NOT NULL,
    status_code INTEGER,
    version TEXT,
    error_message TEXT,
    of_rollback INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX check_by_deployment ON health_checks(deployment_id, id);

CREATE TABLE outages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    began_at TEXT NOT NULL,
    ended_at TEXT,
    seconds REAL,
    began_mono REAL,
    began_boot TEXT
);
CREATE INDEX outage_by_deployment ON outages(deployment_id, id);

CREATE TABLE migrations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_id TEXT NOT NULL,
    run_id TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('success', 'failure')),
    migration_count INTEGER NOT NULL,
    duration_seconds REAL
);
CREATE INDEX migration_by_deployment ON migrations(deployment_id, id);

CREATE TABLE rollbacks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    deployment_id TEXT NOT NULL,
    rollback_id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_class TEXT NOT NULL,
    from_version TEXT,
    to_version TEXT,
    success INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 1,
    by_deployment_id TEXT,
    lived_seconds REAL,
    exit_code INTEGER,
    error_message TEXT
);
CREATE INDEX rollback_by_deployment ON rollbacks(deployment_id, id);

CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL);

CREATE VIEW deployment_history AS
SELECT id, version,
       strftime('%Y-%m-%d %H:%M:%S', deployment_completed_at) AS deployed_at,
       deployment_method AS method, notes
FROM deployment_metrics
WHERE deployment_status <> 'in-progress' AND discarded = 0 AND fragment = 0;
`;
