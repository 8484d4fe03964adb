import { redact, redactAddress } from '../../redact.ts';
import { shownFact } from '../collected/facts.ts';
import type { Row } from './exportedDeployment.ts';

/**
 * Names, IDs, times and fixed values. Every other text of a row may contain a secret, including one of a future column.
 */
const asIs = new Set(
  (
    'deployment_id run_id verification_id rollback_id cost_id error_id by_deployment_id rollback_of deployment environment ' +
    'service instance hostname runner version previous_version from_version to_version expected_version commit_sha stage ' +
    'check_type test_name resource kind name value fact source cause reason_class status deployment_status verdict judged ' +
    'error_type signal clock os_version python_version python_command time_to_healthy started_boot began_boot at began_at ' +
    'ended_at started_at finished_at checked_at run_at triggered_at deployment_started_at deployment_completed_at'
  ).split(' '),
);
const addresses = new Set(['url', 'target']);

/** A row that another ledger, or another program, has written, with secrets redacted. */
export function redactRow(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value];
      if (name === 'value' && typeof row.fact === 'string') return [name, shownFact(row.fact, value)];
      if (asIs.has(name)) return [name, value];
      return [name, addresses.has(name) && value.includes('://') ? redactAddress(value) : redact(value)];
    }),
  );
}
