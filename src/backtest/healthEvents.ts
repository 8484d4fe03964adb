import type {
  AttemptRow,
  DeploymentEventRow,
  LedgerEvents,
  VerificationRow,
} from '../ledger/read/eventRows.ts';
import { groupBy } from '../ledger/read/filter.ts';
import type { Counted } from './counterEvents.ts';

/** Events of health verifications: each attempt, and the result once per deployment. */
export function healthEvents({ deployments, verifications, attempts }: LedgerEvents): Counted[] {
  const attemptsOf = groupBy(attempts, ({ verificationId }) => verificationId);
  const own = groupBy(
    verifications.filter(({ ofRollback }) => ofRollback === 0),
    ({ id }) => id,
  );
  return [
    ...verifications.flatMap((one) => attemptEvents(one, attemptsOf.get(one.verificationId) ?? [])),
    ...deployments
      .filter(({ discarded, completedAt }) => discarded === 0 && completedAt !== null)
      .flatMap((row) => outcomeEvents(row, own.get(row.id) ?? [])),
  ];
}

/** Failed attempts before the first success of a successful verification are not counted. */
function attemptEvents({ id, at, success }: VerificationRow, attempts: readonly AttemptRow[]): Counted[] {
  const first = success === 1 ? attempts.findIndex(({ status }) => status === 'healthy') : 0;
  const observed = first === -1 ? [] : attempts.slice(first);
  return observed.map(({ status }) => ({
    metric: 'api_health_check_latency_ms_count',
    id,
    at,
    labels: { status },
    amount: 1,
  }));
}

/** Counted at the end of the deployment; if nothing was verified by then, at its first verification. */
function outcomeEvents(row: DeploymentEventRow, verifications: readonly VerificationRow[]): Counted[] {
  const [first] = verifications;
  if (first === undefined) return [];
  const isLate = verifications.every(({ late }) => late === 1);
  const at = isLate ? first.at : (row.completedAt ?? '');
  const healthy = isLate ? first.success === 1 : row.healthy === 1;
  const seconds = isLate ? first.amount : row.timeToHealthySeconds;
  return [
    {
      metric: 'deployment_health_verification_total',
      id: row.id,
      at,
      labels: { status: healthy ? 'success' : 'failure' },
      amount: 1,
    },
    { metric: 'deployment_time_to_healthy_seconds', id: row.id, at, amount: seconds },
  ];
}
