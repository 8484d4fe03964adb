/**
 * Internal: roll-ups of the finished deployments, by unit of their start: an hour, a day, a month, a year, each as the
 * beginning of the time as text. The hours are computed from rows, the larger units from the smaller ones. `level` is the length of the unit.
 */
const tables = `
CREATE TABLE rollups (
    kind TEXT NOT NULL,
    level INTEGER NOT NULL,
    unit TEXT NOT NULL,
    deployment TEXT NOT NULL,
    environment TEXT NOT NULL,
    content BLOB NOT NULL
);
CREATE UNIQUE INDEX rollup_by_unit ON rollups(kind, level, unit, deployment, environment);

CREATE TABLE rollup_changes (unit TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE rollup_reach (one INTEGER PRIMARY KEY CHECK (one = 1), since TEXT NOT NULL);
`;

/** Computed from the other tables: they are never salvaged. */
export const rollupTables: readonly string[] = ['rollups', 'rollup_changes', 'rollup_reach'];

/** With deployments from before, nothing is rolled up yet: the last character is after every time. */
export const forgetRollups = `
DELETE FROM rollups;
DELETE FROM rollup_changes;
INSERT INTO rollup_reach SELECT 1, iif(EXISTS (SELECT 1 FROM deployment_metrics), char(1114111), '')
    WHERE true ON CONFLICT DO UPDATE SET since = excluded.since;
`;

const indexes = `
CREATE INDEX deployment_failed ON deployment_metrics(deployment, environment, instance, deployment_completed_at)
    WHERE deployment_status = 'failed';
CREATE INDEX deployment_failed_by_end ON deployment_metrics(deployment_completed_at) WHERE deployment_status = 'failed';
CREATE INDEX deployment_rolling_back ON deployment_metrics(rollback_of) WHERE rollback_of IS NOT NULL;
CREATE INDEX rollback_by_time ON rollbacks(at);
CREATE INDEX budget_event_by_time ON error_budget_events(at);
`;

/** The unit of a start as SQL: its first 13 characters, so that `2026-01-14` is not taken for a whole day. */
export const hourSql = (start: string): string => `substr(ifnull(${start}, '') || '   ', 1, 13)`;

const note = (select: string): string => `INSERT INTO rollup_changes ${select} ON CONFLICT DO NOTHING;`;

type Row = 'OLD' | 'NEW';

const noteOwn = (row: Row): string => note(`VALUES (${hourSql(`${row}.deployment_started_at`)})`);

/** Failed deployments that a success has restored, and a version that was rolled back before it. */
const noteRestored = (row: Row): string => {
  const ofGroup = (name: string) =>
    `${name}.deployment = ${row}.deployment AND ${name}.environment = ${row}.environment AND ${name}.instance IS ${row}.instance`;
  const before = (name: string) => `${name}.deployment_completed_at < ${row}.deployment_completed_at`;
  const last = `ifnull((SELECT max(s.deployment_completed_at) FROM deployment_metrics s
    WHERE ${ofGroup('s')} AND s.deployment_status IN ('success', 'warning') AND s.discarded = 0 AND s.fragment = 0 AND ${before('s')}), '')`;
  const restored = (condition: string) =>
    note(`SELECT ${hourSql('b.deployment_started_at')} FROM deployment_metrics b
    WHERE ${row}.deployment_status IN ('success', 'warning') AND ${ofGroup('b')} AND ${condition} AND ${before('b')}
      AND b.deployment_completed_at >= ${last}`);
  return `${restored("b.deployment_status = 'failed'")}
  ${restored(`b.deployment_status IN ('success', 'warning')
      AND EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = b.deployment_id)`)}`;
};

/** The columns that roll-ups or the checks of their rows read. */
const counted = `deployment_id, deployment, environment, instance, hostname, version, deployment_status, deployment_started_at,
    deployment_completed_at, discarded, fragment, total_duration, downtime_duration, extract_duration, venv_rebuild_duration,
    migration_duration, cutover_duration, health_check_duration, time_to_healthy, time_to_deploy`;
const placed =
  'deployment, environment, instance, deployment_status, deployment_completed_at, discarded, fragment';

const ofDeployments = `
CREATE TRIGGER deployment_added AFTER INSERT ON deployment_metrics WHEN NEW.deployment_status IS NOT 'in-progress'
BEGIN ${noteOwn('NEW')} ${noteRestored('NEW')} END;
CREATE TRIGGER deployment_changed AFTER UPDATE OF ${counted} ON deployment_metrics
WHEN OLD.deployment_status IS NOT 'in-progress' OR NEW.deployment_status IS NOT 'in-progress'
BEGIN ${noteOwn('OLD')} ${noteOwn('NEW')} END;
CREATE TRIGGER deployment_placed AFTER UPDATE OF ${placed} ON deployment_metrics
WHEN OLD.deployment_status IS NOT 'in-progress' OR NEW.deployment_status IS NOT 'in-progress'
BEGIN ${noteRestored('OLD')} ${noteRestored('NEW')} END;
CREATE TRIGGER deployment_removed AFTER DELETE ON deployment_metrics WHEN OLD.deployment_status IS NOT 'in-progress'
BEGIN ${noteOwn('OLD')} ${noteRestored('OLD')} END;
`;

/** Rows of a deployment that is still open are read when it ends. */
const ofPart = (name: string, table: string): string => {
  const noteOf = (...rows: Row[]) =>
    note(`SELECT ${hourSql('deployment_started_at')} FROM deployment_metrics
    WHERE deployment_id IN (${rows.map((row) => `${row}.deployment_id`).join(', ')}) AND deployment_status <> 'in-progress'`);
  return `
CREATE TRIGGER ${name}_added AFTER INSERT ON ${table} BEGIN ${noteOf('NEW')} END;
CREATE TRIGGER ${name}_changed AFTER UPDATE ON ${table} BEGIN ${noteOf('OLD', 'NEW')} END;
CREATE TRIGGER ${name}_removed AFTER DELETE ON ${table} BEGIN ${noteOf('OLD')} END;
`;
};

const triggers = [
  ofDeployments,
  ofPart('stage', 'deployment_stages'),
  ofPart('verification', 'health_verifications'),
  ofPart('smoke_test', 'smoke_tests'),
  ofPart('rollback', 'rollbacks'),
].join('');

/** The whole step to schema 7. */
export const rollupStep = tables + indexes + triggers + forgetRollups;
