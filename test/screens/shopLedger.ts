import Database from 'better-sqlite3';
import { newProgram, type Program } from '../support/program.ts';

const hourMs = 3_600_000;
const phases = [
  ['extract', 8],
  ['venv_rebuild', 45],
  ['migration', 21],
  ['restart_worker_pool_number_1', 6],
  ['cutover', 13],
] as const;

/** Eight deployments of one service, a day apart; the last one failed in its health check and was rolled back. */
export async function shopLedger(): Promise<Program> {
  const program = newProgram();
  await program.run(['init', '--deployment', 'gateway', '--environment', 'production']);
  const database = new Database(program.ledger);
  const insert = (table: string, values: Readonly<Record<string, string | number | null>>) => {
    const names = Object.keys(values);
    database
      .prepare(
        `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`,
      )
      .run(values);
  };
  const nowMs = Date.now();
  for (let ago = 7; ago >= 0; ago--) {
    // Half an hour from the next hour, so that the age is always the same.
    const startMs = nowMs - ago * 24 * hourMs - 3.5 * hourMs;
    deploy(insert, { startMs, number: 8 - ago, fails: ago === 0 });
  }
  database.close();
  return program;
}

type Insert = (table: string, values: Readonly<Record<string, string | number | null>>) => void;

function deploy(
  insert: Insert,
  { startMs, number, fails }: { startMs: number; number: number; fails: boolean },
): void {
  const iso = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();
  const id = `release-${number}`;
  const site = { deployment: 'gateway', environment: 'production', service: 'gateway' };
  const why = 'not healthy within 60 s (61 attempts): expected status 200, got 503 Service Unavailable';
  let at = 2;
  for (const [stage, usual] of phases) {
    const seconds = stage === 'migration' && fails ? 3 * usual : usual + (number % 3) / 10;
    const row = { deployment_id: id, run_id: `${id}-${stage}`, service: 'gateway', stage, status: 'success' };
    insert('deployment_stages', {
      ...row,
      started_at: iso(at),
      ended_at: iso(at + seconds),
      duration_seconds: seconds,
    });
    at += seconds;
  }
  if (fails) {
    const row = {
      deployment_id: id,
      service: 'gateway',
      started_at: iso(at),
      ended_at: iso(at + 60),
      duration_seconds: 60,
    };
    insert('deployment_stages', {
      ...row,
      run_id: `${id}-h`,
      stage: 'health_check',
      status: 'failed',
      judged: 'no',
      error_message: why,
    });
    insert('health_verifications', {
      ...row,
      verification_id: `${id}-v`,
      check_type: 'http',
      target: 'http://localhost:8080/health',
      success: 0,
      verdict: 'unhealthy_status',
      error_message: why,
      attempts: 61,
    });
    insert('rollbacks', {
      deployment_id: id,
      rollback_id: `${id}-r`,
      at: iso(at + 60),
      reason: 'health',
      reason_class: 'health_check_failed',
      from_version: `2.40.${number}`,
      to_version: `2.40.${number - 1}`,
      success: 1,
      settled: 1,
    });
    at += 60;
  }
  insert('deployment_metrics', {
    ...site,
    deployment_id: id,
    instance: 'web-1',
    hostname: 'web-1',
    version: `2.40.${number}`,
    previous_version: number === 1 ? null : `2.40.${number - 1}`,
    deployment_started_at: iso(0),
    deployment_completed_at: iso(at + 1),
    total_duration: at + 1,
    deployment_status: fails ? 'failed' : 'success',
    deployment_method: 'azure-arc',
    triggered_by: 'margaret',
    extract_duration: 8,
    venv_rebuild_duration: 45,
    migration_duration: fails ? 63 : 21,
    cutover_duration: 13,
    downtime_duration: fails ? 67.5 : 13,
    error_message: fails ? `health: ${why}` : null,
  });
}
