import { amountLimits, finalStatuses, isoTime, isWithin } from '../../model.ts';
import {
  amount,
  deploymentId,
  eventId,
  freeText,
  longText,
  name,
  oneOf,
  phase,
  reason,
  source,
  text,
  token,
} from './fields.ts';
import { orNull, type Read, Unfit } from './reading.ts';

export type Value = string | number | null;
export type Column = Read<Value>;

/** A table's columns: a row without a required one is left out; of the others, invalid values are left out. */
export interface Columns {
  readonly needed: Readonly<Record<string, Column>>;
  readonly others: Readonly<Record<string, Column>>;
}

/** A time as the ledger writes it. */
const time: Read<string> = (value, at) => {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (isWithin(ms, amountLimits.wallMs)) return isoTime(ms);
  throw new Unfit(at, { value, expected: 'a time, for example 2026-01-14T18:45:00.000Z' });
};

/** A flag as SQLite stores it. */
const yesNo: Read<number> = (value, at) => {
  if (value === 0 || value === 1) return value;
  throw new Unfit(at, { value, expected: '0 or 1' });
};

/** `time_to_healthy` is a text in the user's schema. */
const amountText: Read<string> = (value, at) =>
  String(amount('seconds')(typeof value === 'string' && value.trim() !== '' ? Number(value) : value, at));

const seconds = amount('monotonicSeconds');
const clock = oneOf('monotonic', 'wall', 'backwards', 'remote');
const judged = oneOf('yes', 'allowed', 'no');
const outcome = oneOf('success', 'failure');
const cause = oneOf(
  'deploy_failed',
  'migration_failed',
  'smoke_test_failed',
  'rollback_health',
  'rollback_error',
);
const process = { exit_code: amount('exitCode'), signal: token, error_message: longText };
const use = { cpu_seconds: amount('cpuSeconds'), memory_bytes: amount('bytes'), stderr_tail: longText };
const standing = { judged, of_rollback: yesNo, late: yesNo };

export const deploymentColumns: Columns = {
  needed: {
    deployment_id: deploymentId,
    version: text,
    deployment_started_at: time,
    deployment_status: oneOf(...finalStatuses, 'discarded'),
  },
  others: {
    previous_version: text,
    deployment_completed_at: time,
    hostname: name,
    os_version: text,
    python_version: text,
    extract_duration: seconds,
    venv_rebuild_duration: seconds,
    migration_duration: seconds,
    cutover_duration: seconds,
    total_duration: seconds,
    downtime_duration: seconds,
    health_check_success: yesNo,
    health_check_duration: seconds,
    time_to_healthy: amountText,
    deployment_method: freeText,
    error_message: longText,
    notes: longText,
    deployment: name,
    environment: name,
    service: name,
    instance: name,
    runner: name,
    commit_sha: text,
    url: text,
    triggered_at: time,
    triggered_by: freeText,
    rollback_of: text,
    time_to_deploy: seconds,
    downtime_open: yesNo,
    cpu_seconds: amount('cpuSeconds'),
    memory_bytes: amount('bytes'),
    host_load: amount('latencySeconds'),
    discarded: yesNo,
    fragment: yesNo,
    exit_code: amount('exitCode'),
    clock,
    started_mono: seconds,
    started_boot: token,
  },
};

/** The tables with rows of a deployment, in addition to its own row. */
export const rowColumns: Readonly<Record<string, Columns>> = {
  deployment_stages: {
    needed: { run_id: eventId, service: name, stage: phase, started_at: time },
    others: {
      ended_at: time,
      duration_seconds: seconds,
      status: oneOf('running', 'success', 'failed'),
      ...process,
      error_type: oneOf('exit_code', 'timeout', 'canceled', 'other'),
      ...standing,
      ...use,
      artifact_bytes: amount('bytes'),
      download_seconds: seconds,
      database_bytes: amount('bytes'),
      clock,
      started_mono: seconds,
      started_boot: token,
    },
  },
  health_verifications: {
    needed: {
      verification_id: eventId,
      service: name,
      check_type: freeText,
      started_at: time,
      ended_at: time,
      duration_seconds: seconds,
      success: yesNo,
      verdict: freeText,
      attempts: amount('migrations'),
    },
    others: {
      target: text,
      error_message: longText,
      expected_version: text,
      time_to_healthy_seconds: seconds,
      ...standing,
    },
  },
  health_checks: {
    needed: {
      service: name,
      check_type: freeText,
      checked_at: time,
      latency_seconds: amount('latencySeconds'),
      status: oneOf('healthy', 'unhealthy'),
      verdict: freeText,
    },
    others: {
      verification_id: eventId,
      run_id: eventId,
      status_code: amount('statusCode'),
      version: text,
      error_message: longText,
      of_rollback: yesNo,
    },
  },
  outages: {
    needed: { run_id: eventId, began_at: time },
    others: { ended_at: time, seconds, began_mono: seconds, began_boot: token },
  },
  migrations: {
    needed: {
      run_id: eventId,
      service: name,
      finished_at: time,
      status: outcome,
      migration_count: amount('migrations'),
    },
    others: { duration_seconds: seconds },
  },
  smoke_tests: {
    needed: { run_id: eventId, service: name, test_name: freeText, run_at: time, status: outcome },
    others: { started_at: time, duration_seconds: seconds, ...process, ...standing, ...use },
  },
  rollbacks: {
    needed: { rollback_id: eventId, at: time, reason, reason_class: freeText, success: yesNo },
    others: {
      from_version: text,
      to_version: text,
      settled: yesNo,
      by_deployment_id: text,
      lived_seconds: seconds,
      exit_code: amount('exitCode'),
      error_message: longText,
    },
  },
  infrastructure_costs: {
    needed: { cost_id: eventId, at: time, resource: freeText, cost_usd: amount('usd') },
    others: {},
  },
  post_deployment_errors: {
    needed: { error_id: eventId, service: name, at: time, error_rate: amount('share'), source: freeText },
    others: {},
  },
  error_budget_events: {
    needed: { at: time, cause, weight: amount('share') },
    others: {},
  },
  tracked_items: { needed: { kind: freeText, name: text }, others: { value: orNull(text) } },
  deployment_facts: { needed: { fact: freeText, value: longText, source, at: time }, others: {} },
};
