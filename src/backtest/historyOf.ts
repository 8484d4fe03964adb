import type { LedgerEvents } from '../ledger/read/eventRows.ts';
import { counterEvents } from './counterEvents.ts';
import type { DeploymentSpan, ErrorRateEvent, History, MetricEvent, VerificationEvent } from './history.ts';

/** The history of a ledger that does not exist yet. */
export const emptyHistory: History = {
  eventsOf: () => [],
  deployments: [],
  verifications: [],
  errorRates: [],
};

/** Converts the rows of a ledger; events have the times at which the marks counted them. */
export function historyOf(rows: LedgerEvents): History {
  const deployments = deploymentSpans(rows);
  const spans = new Map(deployments.map((one) => [one.id, one]));
  const ofSpan = <Row extends { readonly id: string }, Event>(
    some: readonly Row[],
    event: (row: Row, span: DeploymentSpan) => Event,
  ): Event[] =>
    some.flatMap((row) => {
      const span = spans.get(row.id);
      return span === undefined ? [] : [event(row, span)];
    });
  const counted = counterEvents(rows, spans);
  return {
    eventsOf: (metric, labels) => (counted.get(metric) ?? []).filter((event) => includes(event, labels)),
    deployments: deployments.filter(({ discarded }) => !discarded),
    verifications: ofSpan(
      rows.verifications,
      ({ id, service, at, success, late, ofRollback }, { group }): VerificationEvent => ({
        group,
        id,
        service,
        atMs: Date.parse(at),
        success: success === 1,
        isPhase: late === 0 && ofRollback === 0,
      }),
    ),
    errorRates: ofSpan(
      rows.errorRates,
      ({ id, service, at, amount }, { group, startedMs }): ErrorRateEvent => ({
        group,
        id,
        service,
        atMs: Date.parse(at),
        startedMs,
        rate: amount,
      }),
    ),
  };
}

function deploymentSpans({
  deployments,
  rollbacks,
}: LedgerEvents): (DeploymentSpan & { discarded: boolean })[] {
  const rolledBack = new Map<string, number>();
  for (const { id, at, status } of rollbacks)
    if (status === 'success' && !rolledBack.has(id)) rolledBack.set(id, Date.parse(at));
  return deployments.map(({ id, instance, deployment, environment, startedAt, completedAt, discarded }) => ({
    group: { instance, deployment, environment },
    id,
    startedMs: Date.parse(startedAt),
    endedMs: completedAt === null ? Number.POSITIVE_INFINITY : Date.parse(completedAt),
    rolledBackMs: rolledBack.get(id) ?? Number.POSITIVE_INFINITY,
    discarded: discarded === 1,
  }));
}

function includes({ labels: own }: MetricEvent, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([name, value]) => own[name] === value);
}
