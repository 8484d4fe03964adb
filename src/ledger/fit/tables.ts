import { amountLimits } from '../../model.ts';
import {
  type Check,
  deploymentId,
  json,
  number,
  oneOf,
  or,
  orNull,
  seconds,
  secondsText,
  text,
  time,
  yesNo,
} from './checks.ts';

/**
 * The valid values of a table's columns. A row with an invalid value in `needs` is left out; of the `others` only the
 * value is left out, and null is valid. All other columns are read as they are.
 */
export interface FitTable {
  /** How a row is named; by default only by its table. */
  readonly key: string | null;
  readonly needs: Readonly<Record<string, Check>>;
  readonly others: Readonly<Record<string, Check>>;
}

const each = (columns: string, check: Check): Record<string, Check> =>
  Object.fromEntries(columns.split(' ').map((column) => [column, check]));
const judged = oneOf('yes', 'allowed', 'no');
const exitCode = number(amountLimits.exitCode);
const bytes = number(amountLimits.bytes);
const cpu = number(amountLimits.cpuSeconds);
const use = {
  exit_code: exitCode,
  cpu_seconds: cpu,
  memory_bytes: bytes,
  ...each('signal error_message stderr_tail', text),
};
const outcome = oneOf('success', 'failure');

/** The tables that users query. */
export const publicTables: Readonly<Record<string, FitTable>> = {
  deployment_metrics: {
    key: 'id',
    needs: {
      deployment_id: orNull(deploymentId),
      version: text,
      deployment_started_at: time,
      deployment_completed_at: orNull(time),
      deployment_status: oneOf('success', 'failed', 'warning', 'in-progress', 'discarded'),
      ...each('deployment environment instance', orNull(text)),
      ...each('discarded fragment', yesNo),
      // The columns of the index `deployment_by_end`, which alone answers the most frequent queries.
      ...each('total_duration downtime_duration cutover_duration health_check_duration', orNull(seconds)),
    },
    others: {
      ...each('service previous_version hostname os_version python_version deployment_method runner', text),
      ...each('commit_sha url triggered_by rollback_of python_command clock started_boot', text),
      ...each(
        'extract_duration venv_rebuild_duration migration_duration time_to_deploy started_mono',
        seconds,
      ),
      ...each('error_message notes', text),
      health_check_success: yesNo,
      downtime_open: or('0', yesNo),
      time_to_healthy: secondsText,
      triggered_at: time,
      cpu_seconds: cpu,
      memory_bytes: bytes,
      host_load: number(amountLimits.latencySeconds),
      exit_code: exitCode,
    },
  },
  deployment_stages: {
    key: 'id',
    needs: {
      ...each('service stage', text),
      status: oneOf('success', 'failed', 'running'),
    },
    others: {
      // With hundreds of thousands of rows each check costs time: columns that few queries read are checked there.
      run_id: or("'?'", text),
      started_at: time,
      ended_at: time,
      judged: or("'yes'", judged),
      ...each('of_rollback late', or('0', yesNo)),
      ...each('duration_seconds download_seconds started_mono', seconds),
      ...use,
      ...each('error_type clock started_boot', text),
      ...each('artifact_bytes database_bytes', bytes),
    },
  },
  health_verifications: {
    key: 'id',
    needs: {
      ...each('verification_id service check_type verdict', text),
      ...each('started_at ended_at', time),
      duration_seconds: seconds,
      attempts: number(amountLimits.bytes),
      judged,
      ...each('success of_rollback late', yesNo),
    },
    others: { ...each('target error_message expected_version', text), time_to_healthy_seconds: seconds },
  },
  health_checks: {
    key: 'id',
    needs: {
      ...each('service check_type verdict', text),
      checked_at: time,
      latency_seconds: seconds,
      status: oneOf('healthy', 'unhealthy'),
      of_rollback: yesNo,
    },
    others: {
      ...each('verification_id run_id version error_message', text),
      status_code: number(amountLimits.statusCode),
    },
  },
  outages: {
    key: 'id',
    needs: { run_id: text, began_at: time },
    others: { ended_at: time, ...each('seconds began_mono', seconds), began_boot: text },
  },
  migrations: {
    key: 'id',
    needs: {
      ...each('run_id service', text),
      finished_at: time,
      status: outcome,
      migration_count: number(amountLimits.migrations),
    },
    others: { duration_seconds: seconds },
  },
  smoke_tests: {
    key: 'id',
    needs: {
      ...each('run_id service test_name', text),
      run_at: time,
      status: outcome,
      judged,
      ...each('of_rollback late', yesNo),
    },
    others: { started_at: time, duration_seconds: seconds, ...use },
  },
  rollbacks: {
    key: 'id',
    needs: { ...each('rollback_id reason reason_class', text), at: time, ...each('success settled', yesNo) },
    others: {
      ...each('from_version to_version by_deployment_id error_message', text),
      lived_seconds: seconds,
      exit_code: exitCode,
    },
  },
  infrastructure_costs: {
    key: 'id',
    needs: { ...each('cost_id resource', text), at: time, cost_usd: number(amountLimits.usd) },
    others: {},
  },
  post_deployment_errors: {
    key: 'id',
    needs: { ...each('error_id service source', text), at: time, error_rate: number(amountLimits.share) },
    others: {},
  },
  error_budget_events: {
    key: 'id',
    needs: { at: time, cause: text, weight: number(amountLimits.share) },
    others: {},
  },
  tracked_items: { key: null, needs: each('kind name', text), others: { value: text } },
  deployment_facts: { key: null, needs: { ...each('fact value source', text), at: time }, others: {} },
  freezes: {
    key: 'id',
    needs: {
      ...each('freeze_id reason', text),
      ...each('created_at until', time),
      ...each('deployment environment', orNull(text)),
      // A freeze whose end cannot be read must not end.
      thawed_at: orNull(time),
    },
    others: each('set_by thawed_by', text),
  },
  gate_decisions: {
    key: 'id',
    needs: {
      ...each('decision_id deployment environment reason', text),
      at: time,
      verdict: oneOf('go', 'frozen', 'hotfix', 'rollback', 'error'),
      passed: yesNo,
      rules: json('array'),
    },
    others: { ...each('version triggered_by hotfix_reason', text), ends_at: time },
  },
};

const count = number(amountLimits.bytes);
/** A baseline may be below what was pushed. */
const total = number({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER, whole: false });

/** Internal tables. */
export const ownTables: Readonly<Record<string, FitTable>> = {
  ledger: { key: null, needs: { ledger_id: text }, others: {} },
  groups: {
    key: 'id',
    needs: {
      ...each('instance deployment environment', text),
      ...each('seq delivered_seq', count),
      aged_out: yesNo,
    },
    others: {
      ...each(
        'adopted_url adopted_from refused_url refused_version refused_line lease_holder gone_why',
        text,
      ),
      ...each('delivered_at adopted_at lease_until gone_at scraped_at', count),
    },
  },
  totals: {
    key: null,
    needs: { ...each('family part', text), labels: json('array'), ...each('value delivered base', total) },
    others: {},
  },
  declarations: { key: null, needs: each('kind value at', text), others: {} },
  last_stages: {
    key: null,
    needs: { ...each('service stage', text), duration_seconds: seconds },
    others: {},
  },
  last_checks: { key: null, needs: { check_type: text, healthy: yesNo }, others: {} },
  warnings: {
    key: 'id',
    needs: { at: time, ...each('code message', text) },
    others: { deployment_id: deploymentId },
  },
  host_facts: {
    key: null,
    needs: {},
    others: {
      ...each('hostname os_version cpu', text),
      cores: number(amountLimits.migrations),
      memory_bytes: bytes,
    },
  },
  marks_kept: { key: 'id', needs: { mark: json('object') }, others: {} },
};
