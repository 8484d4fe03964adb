import type { Figures } from '../../ledger/analytics/figures.ts';
import type { FiguresJson } from '../api.ts';

export function figuresJson(figures: Figures, days: number | null): FiguresJson {
  const { total, successful, failed, warning, totalSeconds, downtimeSeconds, restoreSeconds, bad } = figures;
  const longest = [...figures.phases].sort((one, other) => other.meanSeconds - one.meanSeconds)[0];
  return {
    total,
    successful,
    failed,
    warning,
    per_day: days === null || days === 0 ? null : total / days,
    deploy_median: totalSeconds.median,
    deploy_p95: totalSeconds.p95,
    deploy_max: totalSeconds.max,
    downtime_median: downtimeSeconds.median,
    downtime_together: figures.downtimeTogetherSeconds,
    restore_median: restoreSeconds.median,
    restored: restoreSeconds.count,
    bad,
    longest_phase:
      longest === undefined
        ? null
        : { stage: longest.stage, mean: longest.meanSeconds, share: longest.share },
  };
}
