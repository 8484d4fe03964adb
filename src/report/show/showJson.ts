import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import type { AttemptSummary, Verification } from '../../ledger/read/health.ts';
import type { PhaseComparison } from '../../ledger/read/phaseComparison.ts';
import type { SmokeTest } from '../../ledger/read/records.ts';
import type { StageRun } from '../../ledger/read/stages.ts';
import { deploymentJson } from '../deploymentJson.ts';
import { failureOf } from '../failure.ts';
import { verdictJson } from '../stats/phaseComparison.ts';
import { trackedJson } from './trackedJson.ts';

export type DetailJson = ReturnType<typeof detailJson>;

/**
 * The JSON of `show --json`: the keys of `history --json`, then phases, verifications, probes, outages, rollbacks, smoke
 * tests, costs, error rates, changes since the previous deployment (null if there is none), facts with their source, host,
 * warnings, and what failed and why (null if nothing did). Times are ISO 8601 in UTC, durations are seconds; the order of the keys is part of the format. `success` of
 * a rollback in progress is null.
 */
export function detailJson(detail: DeploymentDetail) {
  const comparisons = new Map(detail.comparisons.map((one) => [one.runId, one]));
  const { host } = detail;
  const failure = failureOf(detail);
  return {
    ...deploymentJson(detail.deployment),
    ...trackedJson(detail.tracked.items),
    phases: detail.stages.map((run) => stageJson(run, comparisons.get(run.runId))),
    health_verifications: detail.verifications.map(verificationJson),
    probes: detail.probes.map(({ runId, summary }) => ({ run_id: runId, ...attemptsJson(summary) })),
    outages: detail.outages.map((one) => ({
      run_id: one.runId,
      began_at: one.beganAt,
      ended_at: one.endedAt,
      seconds: one.seconds,
    })),
    rollbacks: detail.rollbacks.map((one) => ({
      at: one.at,
      reason: one.reason,
      from_version: one.fromVersion,
      to_version: one.toVersion,
      success: one.settled ? one.success : null,
      by_deployment_id: one.byDeploymentId,
      lived_seconds: one.livedSeconds,
      exit_code: one.exitCode,
      error_message: one.errorMessage,
    })),
    smoke_tests: detail.smokeTests.map(smokeTestJson),
    costs: detail.costs.map(({ resource, usd }) => ({ resource, usd })),
    error_rates: detail.errorRates.map(({ at, service, errorRate, source }) => ({
      at,
      service,
      error_rate: errorRate,
      source,
    })),
    changes: detail.tracked.changes?.map((change) => ({ ...change })) ?? null,
    facts: detail.facts.map(({ fact, value, source, at }) => ({ fact, value, source, at })),
    host: host === null ? null : { cpu: host.cpu, cores: host.cores, memory_bytes: host.memoryBytes },
    warnings: detail.warnings.map(({ at, code, message }) => ({ at, code, message })),
    failure: failure === null ? null : { ...failure },
  };
}

export function stageJson(run: StageRun, comparison: PhaseComparison | undefined) {
  const known = comparison !== undefined && comparison.medianSeconds !== null;
  return {
    run_id: run.runId,
    stage: run.stage,
    service: run.service,
    started_at: run.startedAt,
    ended_at: run.endedAt,
    duration: run.durationSeconds,
    status: run.status,
    exit_code: run.exitCode,
    signal: run.signal,
    error_type: run.errorType,
    error_message: run.errorMessage,
    judged: run.judged,
    of_rollback: run.ofRollback,
    late: run.late,
    cpu_seconds: run.cpuSeconds,
    memory_bytes: run.memoryBytes,
    migration_count: run.migrationCount,
    stderr_tail: run.stderrTail,
    runs: comparison?.runs ?? null,
    median: comparison?.medianSeconds ?? null,
    p95: comparison?.p95Seconds ?? null,
    slow: known ? comparison.slow : null,
    ...verdictJson(comparison?.verdict ?? null),
  };
}

function smokeTestJson(one: SmokeTest) {
  return {
    test: one.test,
    service: one.service,
    at: one.at,
    duration: one.durationSeconds,
    success: one.success,
    exit_code: one.exitCode,
    error_message: one.errorMessage,
    judged: one.judged,
    of_rollback: one.ofRollback,
    late: one.late,
  };
}

function verificationJson(one: Verification) {
  return {
    check_type: one.checkType,
    service: one.service,
    target: one.target,
    started_at: one.startedAt,
    duration: one.durationSeconds,
    success: one.success,
    verdict: one.verdict,
    error_message: one.errorMessage,
    expected_version: one.expectedVersion,
    time_to_healthy: one.timeToHealthySeconds,
    judged: one.judged,
    of_rollback: one.ofRollback,
    late: one.late,
    ...attemptsJson(one.summary),
  };
}

function attemptsJson(summary: AttemptSummary) {
  return {
    attempts: summary.attempts,
    healthy_attempts: summary.healthy,
    healthy_latency: summary.latencySeconds,
    verdicts: summary.verdicts.map(({ verdict, count }) => ({ verdict, count })),
  };
}
