import type { ListRow } from '../server/api.ts';
import { stagesOf } from './stages.ts';

/** One duration of each of some deployments, oldest first. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly row: ListRow; readonly seconds: number }[];
  /** Of those that succeeded, by nearest rank; null if none did. */
  readonly median: number | null;
  readonly p95: number | null;
}

/** Total, downtime, time to healthy and each phase. */
export function seriesOf(newestFirst: readonly ListRow[]): Series[] {
  const rows = [...newestFirst].reverse();
  const of = (name: string, secondsOf: (row: ListRow) => number | null): Series => {
    const points = rows.flatMap((row) => {
      const value = secondsOf(row);
      return value === null || row.status === 'in-progress' ? [] : [{ row, seconds: value }];
    });
    const good = points
      .filter(({ row }) => row.status !== 'failed')
      .map(({ seconds }) => seconds)
      .sort((one, other) => one - other);
    return { name, points, median: rank(good, 0.5), p95: rank(good, 0.95) };
  };
  const phase = (stage: string) => (row: ListRow) => {
    const runs = row.phases.filter((one) => one.stage === stage && one.seconds !== null);
    return runs.length === 0 ? null : runs.reduce((sum, one) => sum + (one.seconds ?? 0), 0);
  };
  return [
    of('time to deploy', (row) => row.total_duration),
    ...stagesOf(rows).map((stage) => of(stage, phase(stage))),
    of('downtime', (row) => row.downtime_duration),
    of('time to healthy', (row) => (row.time_to_healthy === null ? null : Number(row.time_to_healthy))),
  ].filter(({ points }) => points.length > 0);
}

function rank(ascending: readonly number[], share: number): number | null {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? null;
}
