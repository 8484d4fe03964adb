import type { StageRun } from '../../ledger/read/stages.ts';
import type { Glyphs } from '../terminal/view.ts';

/** The time of a deployment, scaled to a number of columns. */
export interface Scale {
  readonly startMs: number;
  readonly seconds: number;
  /** The end of an open phase; null if the deployment has ended. */
  readonly nowMs: number | null;
  readonly columns: number;
}

/** A run as a bar at its position. Both ends are rounded to a column, so that adjacent runs have adjacent bars. */
export function timeBar(
  run: Pick<StageRun, 'startedAt' | 'durationSeconds'>,
  { scale, glyphs }: { readonly scale: Scale; readonly glyphs: Glyphs },
): string {
  const from = (Date.parse(run.startedAt) - scale.startMs) / 1000;
  // A run may begin after the end of the deployment. An invalid time has no position.
  if (Number.isNaN(from)) return '';
  if (from > scale.seconds) return ' '.repeat(scale.columns - 1) + glyphs.beyond;
  const isOpen = run.durationSeconds === null;
  const now = scale.nowMs === null ? scale.seconds : (scale.nowMs - scale.startMs) / 1000;
  const to = run.durationSeconds === null ? now : from + run.durationSeconds;
  const first = Math.min(column(from, scale), scale.columns - 1);
  const length = column(to, scale) - first;
  const bar = isOpen ? glyphs.openBar : glyphs.bar;
  return ' '.repeat(first) + (length <= 0 ? glyphs.thinBar : bar.repeat(length));
}

function column(seconds: number, scale: Scale): number {
  if (scale.seconds <= 0) return 0;
  return Math.min(scale.columns, Math.max(0, Math.round((seconds / scale.seconds) * scale.columns)));
}
