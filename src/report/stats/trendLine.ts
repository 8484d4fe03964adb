import type { TrendPoint } from '../../ledger/read/statistics.ts';
import { glyphsOf } from '../terminal/glyphs.ts';
import { formatSeconds } from '../terminal/moment.ts';
import { sparkline } from '../terminal/sparkline.ts';
import type { View } from '../terminal/view.ts';
import { displayWidth } from '../terminal/width.ts';

/**
 * The totals of the last deployments, oldest first, failed ones in color: a sparkline from 0 to the longest, or the durations
 * as text if the terminal cannot show one. A narrow terminal gets a shorter form.
 */
export function trendLine(trend: readonly TrendPoint[], view: View): string {
  const totals = trend.map((point) => point.totalSeconds);
  const line = sparkline(totals, glyphsOf(view).ramp);
  const candidates = line === '' ? told(totals) : drawn(totals, line);
  const width = view.width ?? Number.POSITIVE_INFINITY;
  const text = candidates.find((candidate) => displayWidth(candidate) <= width) ?? '';
  return line === '' ? text : text.replace(line, colored(line, { trend, view }));
}

function drawn(totals: readonly (number | null)[], line: string): string[] {
  const longest = Math.max(...totals.map((seconds) => seconds ?? 0));
  const newest = `newest ${formatSeconds(totals.at(-1) ?? null)}`;
  const begin = `${label(totals)}  ${line}`;
  return [`${begin}  ${newest}, longest ${formatSeconds(longest)}`, `${begin}  ${newest}`, begin, line];
}

/** All of them, otherwise as many of the newest as fit. */
function told(totals: readonly (number | null)[]): string[] {
  return totals.map((_, first) => {
    const kept = totals.slice(first);
    return `${label(kept)}  ${kept.map(formatSeconds).join(' ')}`;
  });
}

function label(totals: readonly unknown[]): string {
  return `trend of the last ${totals.length}`;
}

function colored(line: string, { trend, view }: { trend: readonly TrendPoint[]; view: View }): string {
  return [...line]
    .map((bar, index) => (trend[index]?.status === 'failed' ? view.paint('bad', bar) : bar))
    .join('');
}
