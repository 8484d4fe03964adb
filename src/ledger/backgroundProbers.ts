import type { ProcessIdentity } from '../marks.ts';
import type { Instant, StageStatus } from '../model.ts';
import type { Database } from './file/addon.ts';

/** A background prober of a phase of a deployment, and its run. */
export interface KnownProber {
  readonly runId: string;
  readonly service: string;
  readonly ownService: string;
  readonly status: StageStatus;
  readonly file: string;
  /** `callerToken` of the process that started the phase. */
  readonly caller: string | null;
  readonly process: ProcessIdentity;
  readonly startedAt: Instant;
}

interface Row extends Omit<KnownProber, 'process' | 'startedAt'>, ProcessIdentity {
  readonly startedAt: string;
  readonly mono: number | null;
  readonly startedBoot: string | null;
}

/** Newest first; also of ended phases whose prober was not stopped. */
export function backgroundProbers(database: Database, deploymentId: string): KnownProber[] {
  const rows = database
    .prepare<unknown[], Row>(
      `SELECT p.run_id AS runId, s.service, s.status, s.caller, m.service AS ownService, p.file, p.pid, p.started, p.boot, p.pid_namespace AS pidNamespace, s.started_at AS startedAt,
       s.started_mono AS mono, s.started_boot AS startedBoot
       FROM probers p JOIN deployment_stages s ON s.run_id = p.run_id JOIN deployment_metrics m ON m.deployment_id = s.deployment_id
       WHERE p.deployment_id = ? ORDER BY s.id DESC`,
    )
    .all(deploymentId);
  return rows.map(({ pid, started, boot, pidNamespace, startedAt, mono, startedBoot, ...left }) => ({
    ...left,
    process: { pid, started, boot, pidNamespace },
    startedAt: { wallMs: Date.parse(startedAt), monotonicSeconds: mono, boot: startedBoot },
  }));
}

export function forgetProber(database: Database, runId: string): void {
  database.prepare('DELETE FROM probers WHERE run_id = ?').run(runId);
}
