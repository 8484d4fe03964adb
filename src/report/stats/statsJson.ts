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
 * warning), rounded to 0.1 unless they are to be `exact`, null if there is none. Then the others: rates and shares from 0 to 1,
 * quantiles by nearest rank and not rounded, the trend oldest first. The order of the keys is part of the format.
 */
export function statisticsJson(of: Statistics, { exact = false }: { readonly exact?: boolean } = {}) {
  const mean = exact ? micro : tenths;
  return {
    total_deployments: of.total,
    successful_deployments: of.successful,
    failed_deployments: of.failed,
    avg_duration: mean(of.totalSeconds.mean),
    avg_downtime: mean(of.downtimeSeconds.mean),
    min_duration: mean(of.totalSeconds.min),
    max_duration: mean(of.totalSeconds.max),
    avg_health_check_time: mean(of.healthCheckSeconds.mean),
    warning_deployments: of.warning,
    success_rate: of.total === 0 ? null : roundMicro(of.successful / of.total),
    total: quantilesJson(of.totalSeconds),
    downtime: quantilesJson(of.downtimeSeconds),
    time_to_healthy: quantilesJson(of.timeToHealthySeconds),
    health_check: quantilesJson(of.healthCheckSeconds),
    time_to_deploy: quantilesJson(of.timeToDeploySeconds),
    phases: of.phases.map((phase) => ({
      stage: phase.stage,
      deployments: phase.deployments,
      avg_duration: mean(phase.meanSeconds),
      share: roundMicro(phase.share),
      median: phase.medianSeconds,
      p95: phase.p95Seconds,
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

function micro(seconds: number | null): number | null {
  return seconds === null ? null : roundMicro(seconds);
}
