import type { Restores } from '../../ledger/analytics/restores.ts';
import type { Statistics, TrendPoint } from '../../ledger/read/statistics.ts';
import type { Summary } from '../../ledger/read/summary.ts';
import { formatSeconds, formatShare } from '../../text/figures.ts';
import { table } from '../terminal/table.ts';
import type { Column } from '../terminal/tableColumn.ts';
import { glyphsOf, type View } from '../terminal/view.ts';
import { displayWidth } from '../terminal/width.ts';
import { wrapLines } from '../terminal/wrap.ts';
import { errorWords } from './errorWords.ts';

/** The lines of `stats` for a terminal: counts and rate, durations, phases, trend. */
export function statsScreen(
  statistics: Statistics & Restores & { readonly inProgress?: number; readonly scope?: string },
  view: View,
): string[] {
  const { scope, inProgress = 0, bad } = statistics;
  const isNarrow = view.width !== undefined && view.width < 2 * countLabel;
  const rule = bad === 0 ? [] : wrapLines(restoreRule, { ...view, indent: isNarrow ? 2 : countLabel });
  return [
    ...(scope === undefined ? [] : wrapLines(scope, view)).map((line) => view.paint('strong', line)),
    ...table(countColumns(statistics, inProgress), { ...view, header: false }),
    ...rule.map((line) => view.paint('dim', line)),
    '',
    ...table(figureColumns(statistics), view),
    ...errorWords(statistics.quantileError, 'median and p95 are'),
    ...(statistics.phases.length === 0 ? [] : ['', ...table(phaseColumns(statistics, view), view)]),
    ...(statistics.trend.length === 0 ? [] : ['', trendLine(statistics.trend, view)]),
  ];
}

/** The width of `time to restore`, with the gap after it. */
const countLabel = 17;
/** What the time to restore is, in a few words: it is not the time of the whole impairment. */
export const restoreRule = 'from the end of the failed step to rollback or next success';

/** `93.3%`; `n/a` if there are no deployments. */
export function formatRate({ total, successful }: Pick<Statistics, 'total' | 'successful'>): string {
  return total === 0 ? 'n/a' : formatShare(successful / total);
}

/** The table of durations, header first. */
export function figureRows(statistics: Statistics): string[][] {
  const row = (name: string, { median, p95, mean, min, max }: Summary): string[] => [
    name,
    ...[median, p95, mean, min, max].map((value) => (value === null ? 'n/a' : formatSeconds(value))),
  ];
  return [
    ['successful deployments', 'median', 'p95', 'mean', 'min', 'max'],
    row('total', statistics.totalSeconds),
    row('downtime', statistics.downtimeSeconds),
    row('time to healthy', statistics.timeToHealthySeconds),
    row('health check', statistics.healthCheckSeconds),
  ];
}

function countColumns(statistics: Statistics & Restores, inProgress: number): Column[] {
  const { total, successful, warning, failed } = statistics;
  const parts = [`${successful} successful`, ...(warning > 0 ? [`${warning} of them with a warning`] : [])];
  const open = inProgress === 0 ? '' : `; ${inProgress} more in progress`;
  const restored = statistics.bad === 0 ? [] : [restoreWords(statistics)];
  const rateStyle = total === 0 ? 'dim' : failed === 0 ? 'good' : successful / total < 0.95 ? 'bad' : 'warn';
  return [
    {
      title: '',
      rank: 1,
      cells: ['deployments', 'success rate', ...restored.map(() => 'time to restore')].map((text) => ({
        text,
      })),
    },
    {
      title: '',
      rank: 2,
      most: 80,
      cells: [
        { text: `${total} (${parts.join(', ')}; ${failed} failed${open})`, short: String(total) },
        { text: formatRate(statistics), style: rateStyle },
        ...restored.map(({ text, short }) => ({ text, short })),
      ],
    },
  ];
}

/** How fast failures were followed by a success. */
export function restoreWords({ bad, restoreSeconds: { count, median, p95 } }: Restores): {
  text: string;
  short: string;
} {
  const many = `${count} of ${bad} restored`;
  if (median === null) return { text: `none yet (${many})`, short: 'none yet' };
  return {
    text: `median ${formatSeconds(median)}, p95 ${formatSeconds(p95)} (${many})`,
    short: formatSeconds(median),
  };
}

function figureColumns(statistics: Statistics): Column[] {
  const [header = [], ...rows] = figureRows(statistics);
  return header.map((title, index) => ({
    title: title.toUpperCase(),
    rank: index + 1,
    align: index === 0 ? 'left' : 'right',
    cells: rows.map((row) => ({ text: row[index] ?? '' })),
  }));
}

export const phaseTitles = ['PHASE', 'MEDIAN', 'P95', 'MEAN', 'SHARE'] as const;

/** Name, times and share of each phase, then the share of the time outside of phases: the cells below `phaseTitles`. */
export function phaseRows({ phases }: Pick<Statistics, 'phases'>): PhaseRow[] {
  const outside = 1 - phases.reduce((sum, { share }) => sum + share, 0);
  const rows = phases.map(({ stage, medianSeconds, p95Seconds, meanSeconds, share }): PhaseRow => {
    const [median, p95] = [formatSeconds(medianSeconds), formatSeconds(p95Seconds)];
    return [stage, median, p95, formatSeconds(meanSeconds), formatShare(share)];
  });
  if (rows.length === 0 || outside < leastOutside) return rows;
  return [...rows, ['outside of phases', '', '', '', formatShare(outside)]];
}

type PhaseRow = readonly [name: string, median: string, p95: string, mean: string, share: string];

/** Less is rounding, or phases that ran at the same time. */
const leastOutside = 0.005;

/** Columns for the text before the bar. */
const besideBar = 66;

function phaseColumns({ phases }: Statistics, view: View): Column[] {
  const { bar, thinBar } = glyphsOf(view);
  const widest = Math.min(30, Math.max(5, (view.width ?? Number.POSITIVE_INFINITY) - besideBar));
  const most = Math.max(...phases.map((phase) => phase.share));
  const rows = phaseRows({ phases });
  const bars = phases.map(({ share }) => ({
    text: bar.repeat(Math.round((share / most) * widest)) || thinBar,
    style: 'running' as const,
  }));
  // The rarest question is dropped first on a narrow terminal.
  const ranks = [1, 3, 5, 6, 2];
  const columns = phaseTitles.map(
    (title, index): Column => ({
      title,
      rank: ranks[index] ?? 1,
      ...(index === 0 ? { least: 12 } : { align: 'right' as const }),
      cells: rows.map((row) => ({ text: row[index] ?? '' })),
    }),
  );
  return [...columns, { title: '', rank: 4, cells: rows.map((_, index) => bars[index] ?? { text: '' }) }];
}

/**
 * The totals of the last deployments, oldest first, failed ones in color: a sparkline with its scale in words, or the durations
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
  const known = totals.filter((seconds) => seconds !== null);
  const [shortest, longest] = [Math.min(...known), Math.max(...known)].map(formatSeconds);
  const newest = `newest ${formatSeconds(totals.at(-1) ?? null)}`;
  const begin = `${label(totals)}  ${line}`;
  return [
    `${begin}  ${newest}, shortest ${shortest}, longest ${longest}`,
    `${begin}  ${newest}, longest ${longest}`,
    `${begin}  ${newest}`,
    begin,
    line,
  ];
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

/**
 * Values as bars of eight heights, in order. The scale begins at the smallest value, so that differences are seen; at 0 if they
 * differ by less than a tenth, so that noise stays flat. Unknown values are gaps. Empty without a ramp.
 */
export function sparkline(values: readonly (number | null)[], ramp: readonly string[]): string {
  if (ramp.length === 0) return '';
  const known = values.filter((value) => value !== null);
  const [lowest, highest] = [Math.min(...known), Math.max(...known)];
  const isFlat = highest - lowest < highest / 10;
  const base = isFlat ? 0 : lowest;
  const height = (value: number) => Math.round(((value - base) / (highest - base || 1)) * (ramp.length - 1));
  return values.map((value) => (value === null ? ' ' : (ramp[height(value)] ?? ' '))).join('');
}
