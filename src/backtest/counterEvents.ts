import type { DeploymentEventRow, LedgerEvents } from '../ledger/read/eventRows.ts';
import { healthEvents } from './healthEvents.ts';
import type { DeploymentSpan, MetricEvent } from './history.ts';

/** One event of a metric, from a row; the labels of the group are added to its own. */
export interface Counted {
  readonly metric: string;
  readonly id: string;
  readonly at: string | number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly amount: number | null;
}

/** The events of each counter and histogram, ordered by time. Amounts that were not measured are left out. */
export function counterEvents(
  rows: LedgerEvents,
  spans: ReadonlyMap<string, DeploymentSpan>,
): ReadonlyMap<string, readonly MetricEvent[]> {
  const all = [...deploymentEvents(rows, spans), ...stepEvents(rows), ...healthEvents(rows)];
  const events = new Map<string, MetricEvent[]>();
  for (const { metric, id, at, labels, amount } of all) {
    const span = spans.get(id);
    if (span === undefined || amount === null) continue;
    const own = events.get(metric) ?? [];
    const atMs = typeof at === 'number' ? at : Date.parse(at);
    own.push({ atMs, amount, labels: { ...span.group, ...labels } });
    events.set(metric, own);
  }
  for (const own of events.values()) own.sort((one, other) => one.atMs - other.atMs);
  return events;
}

function deploymentEvents(
  { deployments }: LedgerEvents,
  spans: ReadonlyMap<string, DeploymentSpan>,
): Counted[] {
  const ended = deployments.filter(({ completedAt, discarded }) => completedAt !== null && discarded === 0);
  return ended.flatMap((row): Counted[] => {
    const { id, status } = row;
    const at = row.completedAt ?? '';
    const outcome = status === 'failed' ? 'failure' : 'success';
    return [
      { metric: 'deployment_total', id, at, labels: { status: outcome }, amount: 1 },
      { metric: 'deployment_duration_seconds', id, at, amount: row.totalSeconds },
      { metric: 'deployment_downtime_seconds', id, at, amount: row.downtimeSeconds },
      {
        metric: 'time_to_deploy_seconds',
        id,
        at,
        amount: status === 'failed' ? null : row.timeToDeploySeconds,
      },
      ...badEvent(row, spans.get(id)?.rolledBackMs ?? Number.POSITIVE_INFINITY),
    ];
  });
}

/** A deployment is bad once: when it failed, otherwise when it was rolled back, and not before its end. */
function badEvent({ id, status, completedAt }: DeploymentEventRow, rolledBackMs: number): Counted[] {
  const metric = 'deployment_slo_bad_total';
  if (status === 'failed') return [{ metric, id, at: completedAt ?? '', amount: 1 }];
  const atMs = Math.max(rolledBackMs, Date.parse(completedAt ?? ''));
  return Number.isFinite(atMs) ? [{ metric, id, at: atMs, amount: 1 }] : [];
}

function stepEvents({ stages, migrations, smokeTests, rollbacks, budgetEvents }: LedgerEvents): Counted[] {
  const settled = rollbacks.filter(({ status }) => status !== '');
  return [
    ...stages.map(({ id, at, name, service, amount }) => ({
      metric: 'deployment_stage_duration_seconds',
      id,
      at,
      labels: { stage: name, service },
      amount,
    })),
    ...migrations.map(({ id, at, status, amount }) => ({
      metric: 'migration_total',
      id,
      at,
      labels: { status },
      amount: status === 'failure' ? 1 : amount,
    })),
    ...smokeTests.map(({ id, at, name, status }) => ({
      metric: 'smoke_test_total',
      id,
      at,
      labels: { test_name: name, status },
      amount: 1,
    })),
    ...settled.map(({ id, at, name, status }) => ({
      metric: 'deployment_rollback_total',
      id,
      at,
      labels: { reason: name, status },
      amount: 1,
    })),
    ...budgetEvents.map(({ id, at, name, amount }) => ({
      metric: 'deployment_error_budget_consumed_total',
      id,
      at,
      labels: { cause: name },
      amount,
    })),
  ];
}
