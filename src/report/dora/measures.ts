import type { Delivery } from '../../ledger/analytics/dora.ts';
import { roundMicro } from '../../model.ts';
import { type DoraLevel, failRateLevel, frequencyLevel, leadTimeLevel, recoveryLevel } from './levels.ts';

/** One of DORA's five measures. */
export interface Measure {
  readonly name: MeasureName;
  /** Null if there is nothing to compute it from. Of times the median. */
  readonly value: number | null;
  readonly unit: 'per day' | 'seconds' | 'ratio';
  /** Computed from so many deployments, of so many that could have counted. */
  readonly count: number;
  readonly of: number;
  /** Null if the report gives none. */
  readonly level: DoraLevel | null;
}

type MeasureName = keyof typeof definitions;

/** As this program computes them (docs/dora.md). */
export const definitions = {
  deployment_frequency: 'deployments that ended with success or warning, per day of the period',
  lead_time_for_changes: 'median from the commit, otherwise --triggered-at, to the end of the deployment',
  change_fail_rate: 'deployments that failed or were rolled back, of all',
  failed_deployment_recovery_time: 'median from the failure to the rollback or the next success on that host',
  deployment_rework_rate:
    'rollbacks, hotfixes, and deployments right after one that was rolled back or failed after its cutover, of all',
} as const;

/** The five, in the order of DORA's guide: throughput, then instability. */
export function measuresOf(delivery: Delivery, days: number): Measure[] {
  const { successful, leadSeconds, changes, bad, recoverySeconds, rework } = delivery;
  const perDay = successful.count / days;
  const failRate = ratioOf(bad);
  return [
    {
      ...{ name: 'lead_time_for_changes', unit: 'seconds', value: leadSeconds.median },
      ...{ count: leadSeconds.count, of: changes },
      level: leadSeconds.median === null ? null : leadTimeLevel(leadSeconds.median),
    },
    {
      ...{ name: 'deployment_frequency', unit: 'per day', value: roundMicro(perDay), ...successful },
      level: frequencyLevel(perDay),
    },
    {
      ...{ name: 'failed_deployment_recovery_time', unit: 'seconds', value: recoverySeconds.median },
      ...{ count: recoverySeconds.count, of: bad.count },
      level: recoverySeconds.median === null ? null : recoveryLevel(recoverySeconds.median),
    },
    {
      ...{ name: 'change_fail_rate', unit: 'ratio', value: failRate, ...bad },
      level: failRate === null ? null : failRateLevel(failRate),
    },
    // The report has no level for it.
    { name: 'deployment_rework_rate', unit: 'ratio', value: ratioOf(rework), ...rework, level: null },
  ];
}

function ratioOf({ count, of }: { readonly count: number; readonly of: number }): number | null {
  return of === 0 ? null : roundMicro(count / of);
}
