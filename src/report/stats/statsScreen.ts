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
  statistics: Statistics & Restores,
  view: View & { readonly inProgress?: number; readonly scope?: string },
): string[] {
  const scope = view.scope === undefined ? [] : wrapLines(view.scope, view);
  return [
    ...scope.map((line) => view.paint('strong', line)),
    ...table(countColumns(statistics, view.inProgress ?? 0), { ...view, header: false }),
    '',
    ...table(figureColumns(statistics), view),
    ...errorWords(statistics.quantileError, 'median and p95 are'),
    ...(statistics.phases.length === 0 ? [] : ['', ...table(phaseColumns(statistics, view), view)]),
    ...(statistics.trend.length === 0 ? [] : ['', trendLine(statistics.trend, view)]),
  ];
}

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

/** Name, mean and share of each phase, then the share of the time outside of phases. */
export function phaseRows({ phases }: Pick<Statistics, 'phases'>): [string, string, string][] {
  const outside = 1 - phases.reduce((sum, { share }) => sum + share, 0);
  const rows = phases.map(({ stage, meanSeconds, share }): [string, string, string] => [
    stage,
    formatSeconds(meanSeconds),
    formatShare(share),
  ]);
  if (rows.length === 0 || outside < leastOutside) return rows;
  return [...rows, ['outside of phases', '', formatShare(outside)]];
}

/** Less is rounding, or phases that ran at the same time. */
const leastOutside = 0.005;

/** Columns for the text before the bar. */
const besideBar = 50;

function phaseColumns({ phases }: Statistics, view: View): Column[] {
  const { bar, thinBar } = glyphsOf(view);
  const widest = Math.min(30, Math.max(5, (view.width ?? 80) - besideBar));
  const most = Math.max(...phases.map((phase) => phase.share));
  const rows = phaseRows({ phases });
  const bars = phases.map(({ share }) => ({
    text: bar.repeat(Math.round((share / most) * widest)) || thinBar,
    style: 'running' as const,
  }));
  return [
    { title: 'PHASE', rank: 1, least: 12, cells: rows.map(([text]) => ({ text })) },
    { title: 'MEAN', rank: 3, align: 'right', cells: rows.map(([, text]) => ({ text })) },
    { title: 'SHARE', rank: 2, align: 'right', cells: rows.map(([, , text]) => ({ text })) },
    { title: '', rank: 4, cells: rows.map((_, index) => bars[index] ?? { text: '' }) },
  ];
}

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

/**
 * Values as bars of eight heights, in order. The scale begins at 0, so a bar twice as high took twice as long. Unknown values
 * are gaps. Empty without a ramp.
 */
export function sparkline(values: readonly (number | null)[], ramp: readonly string[]): string {
  if (ramp.length === 0) return '';
  const highest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  return values
    .map((value) => {
      if (value === null) return ' ';
      const step = highest === 0 ? 0 : Math.ceil((value / highest) * ramp.length) - 1;
      return ramp[Math.max(0, step)] ?? ' ';
    })
    .join('');
}
