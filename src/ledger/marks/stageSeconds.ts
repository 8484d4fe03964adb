import { roundMicro } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { coveredSeconds } from './intervals.ts';

/** A time span as stored in rows: its start on both clocks, and its length. */
export interface Span {
  readonly startMs: number;
  readonly mono: number | null;
  readonly boot: string | null;
  readonly seconds: number;
}

/** The columns of a span's start: `started_at` or `began_at`, and the related ones. */
export function spanColumns(prefix: 'started' | 'began'): string {
  return `unixepoch(${prefix}_at, 'subsec') * 1000 AS startMs, ${prefix}_mono AS mono, ${prefix}_boot AS boot`;
}

/** Seconds of all finished runs of a phase together; overlapping ones count once. Null if none was timed. */
export function stageSeconds(
  database: Database,
  { deploymentId, stage }: { deploymentId: string; stage: string },
): number | null {
  const runs = database
    .prepare<unknown[], Span>(
      `SELECT ${spanColumns('started')}, duration_seconds AS seconds FROM deployment_stages
       WHERE deployment_id = ? AND stage = ? AND duration_seconds IS NOT NULL AND of_rollback = 0 AND late = 0`,
    )
    .all(deploymentId, stage);
  return runs.length === 0 ? null : unionSeconds(runs);
}

/** The length of the union of the spans, on the monotonic clock if all of them have it for the same boot. */
export function unionSeconds(spans: readonly Span[]): number {
  const first = spans[0];
  if (first === undefined) return 0;
  const onOneClock = spans.every((span) => span.mono !== null && span.boot === first.boot);
  // Relative to the first one: seconds since 1970 leave no microseconds in a double.
  const intervals = spans.map(({ mono, startMs, seconds }) => {
    const from = onOneClock ? (mono as number) - (first.mono as number) : (startMs - first.startMs) / 1000;
    return { from, to: from + seconds };
  });
  return roundMicro(coveredSeconds(intervals));
}
