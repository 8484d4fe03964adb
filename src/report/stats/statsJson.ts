import type { Statistics } from '../../ledger/read/statistics.ts';
import type { Quantiles } from '../../ledger/read/summary.ts';
import { roundMicro } from '../../model.ts';

/** Number of values, and their median and p95 by nearest rank, in seconds. */
type QuantilesJson = {
  readonly count: number;
  readonly median: number | null;
  readonly p95: number | null;
};

/**
 * First the eight statistics of /health under their own names: durations in seconds of successful deployments (including
 * warning), rounded to 0.1, null if there is none. Then the others: rates and shares from 0 to 1, quantiles by nearest rank
 * and not rounded, the trend oldest first. The order of the keys is part of the format.
 */
export function statisticsJson(of: Statistics) {
  return {
    total_deployments: of.total,
    successful_deployments: of.successful,
    failed_deployments: of.failed,
    avg_duration: tenths(of.totalSeconds.mean),
    avg_downtime: tenths(of.downtimeSeconds.mean),
    min_duration: tenths(of.totalSeconds.min),
    max_duration: tenths(of.totalSeconds.max),
    avg_health_check_time: tenths(of.healthCheckSeconds.mean),
    warning_deployments: of.warning,
    success_rate: of.total === 0 ? null : roundMicro(of.successful / of.total),
    total: quantilesJson(of.totalSeconds),
    downtime: quantilesJson(of.downtimeSeconds),
    time_to_healthy: quantilesJson(of.timeToHealthySeconds),
    health_check: quantilesJson(of.healthCheckSeconds),
    time_to_deploy: quantilesJson(of.timeToDeploySeconds),
    phases: of.phases.map(({ stage, deployments, meanSeconds, share }) => ({
      stage,
      deployments,
      avg_duration: tenths(meanSeconds),
      share: roundMicro(share),
    })),
    trend: of.trend.map(({ id, startedAt, status, totalSeconds }) => ({
      deployment_id: id,
      deployment_started_at: startedAt,
      status,
      total_duration: totalSeconds,
    })),
    quantile_error: of.quantileError,
  };
}

export function quantilesJson({ count, median, p95 }: Quantiles): QuantilesJson {
  return { count, median, p95 };
}

function tenths(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 10) / 10;
}
