import type { Warning } from '../../errors.ts';
import type { PhaseStartMark } from '../../marks.ts';
import { type Instant, isoTime } from '../../model.ts';
import { type DeploymentRow, deploymentOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { touchGroupOf } from '../totals/totals.ts';
import { saveProcess } from './deploymentProcesses.ts';

/** A phase begins: a running row. */
export function applyPhaseStart(database: Database, mark: PhaseStartMark): Warning[] {
  const warnings: Warning[] = [];
  const row = deploymentOf(database, { mark, warnings });
  const service = mark.service ?? row.service;
  const running = database
    .prepare(
      "SELECT count(*) FROM deployment_stages WHERE deployment_id = ? AND stage = ? AND service = ? AND status = 'running'",
    )
    .pluck();
  if ((running.get(mark.deploymentId, mark.stage, service) as number) > 0) {
    warnings.push({
      code: 'PHASE_OPEN',
      message: `phase ${mark.stage} was started again while it was open; recorded as a second run`,
      hint: 'use --service <name> to tell parallel runs apart; `phase end` closes the newest run of its own script, otherwise the newest',
    });
  }
  insertStage(database, {
    row,
    service,
    stage: mark.stage,
    runId: mark.runId,
    startedAt: mark.at,
    caller: mark.caller ?? null,
  });
  if (mark.process !== null)
    saveProcess(database, { deploymentId: mark.deploymentId, role: 'phase', process: mark.process });
  if (mark.prober !== null) {
    const { process, file } = mark.prober;
    database
      .prepare(
        'INSERT OR REPLACE INTO probers (run_id, deployment_id, pid, started, boot, pid_namespace, file) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        mark.runId,
        mark.deploymentId,
        process.pid,
        process.started,
        process.boot,
        process.pidNamespace ?? null,
        file,
      );
  }
  if (mark.irreversible === true) noteIrreversible(database, mark);
  touchGroupOf(database, row);
  return warnings;
}

/** From the start of such a migration on, `--rollback` must not restore the version before it. */
export function noteIrreversible(
  database: Database,
  { deploymentId, at }: { deploymentId: string; at: Instant },
): void {
  const note = database.prepare(
    "INSERT OR IGNORE INTO deployment_facts (deployment_id, fact, value, source, at) VALUES (?, 'migration.irreversible', 'yes', 'deploytrack', ?)",
  );
  note.run(deploymentId, isoTime(at.wallMs));
}

/** A run of a phase, open until its end is marked. */
export function insertStage(
  database: Database,
  stage: {
    row: DeploymentRow;
    service: string;
    stage: string;
    runId: string;
    startedAt: Instant;
    caller: string | null;
  },
): void {
  const { row, startedAt } = stage;
  database
    .prepare(
      `INSERT INTO deployment_stages (deployment_id, run_id, service, stage, started_at, started_mono, started_boot, caller, late, of_rollback)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, EXISTS (SELECT 1 FROM rollbacks WHERE deployment_id = ?))`,
    )
    .run(
      row.deploymentId,
      stage.runId,
      stage.service,
      stage.stage,
      isoTime(startedAt.wallMs),
      startedAt.monotonicSeconds,
      startedAt.boot,
      stage.caller,
      row.status === 'in-progress' ? 0 : 1,
      row.deploymentId,
    );
}

/** Whether a rollback of this deployment has begun: later marks belong to the rollback. */
export function isRolledBack(database: Database, { deploymentId }: { deploymentId: string }): boolean {
  const known = database.prepare('SELECT EXISTS (SELECT 1 FROM rollbacks WHERE deployment_id = ?)').pluck();
  return known.get(deploymentId) === 1;
}
