import type { Restores } from '../../ledger/analytics/restores.ts';
import type { Statistics } from '../../ledger/read/statistics.ts';
import { csv } from '../csv.ts';
import { asciiJson } from '../json.ts';
import { markdownTable, markdownText } from '../markdown.ts';
import { type Format, plainPaint, type View } from '../terminal/view.ts';
import { errorWords } from './errorWords.ts';
import { quantilesJson, statisticsJson } from './statsJson.ts';
import {
  figureRows,
  formatRate,
  phaseRows,
  phaseTitles,
  restoreRule,
  restoreWords,
  statsScreen,
  trendLine,
} from './statsScreen.ts';

/** Finished deployments, and what is shown next to them. */
type Shown = Statistics &
  Restores & {
    /** Deployments in progress. */
    readonly inProgress?: number;
    /** Of which deployments and of which time the statistics are. */
    readonly scope?: string;
  };

/**
 * The statistics as text that ends with a newline. JSON is one object, `statisticsJson`; CSV has one record `name,value` for
 * each of its scalars, such as `total.median` or `phases.extract.share`, not rounded; Markdown has all that the table has.
 */
export function formatStats(statistics: Shown, view: View & { readonly format: Format }): string {
  switch (view.format) {
    case 'json':
      return `${asciiJson(allOf(statistics), { pretty: true })}\n`;
    case 'csv':
      return statsCsv(statistics);
    case 'markdown':
      return statsMarkdown(statistics);
    case 'table':
      return `${statsScreen(statistics, view).join('\n')}\n`;
  }
}

const markdownView = { width: undefined, local: false, ascii: false, paint: plainPaint, nowMs: 0 };

/** The statistics, then the time to restore. */
function allOf(statistics: Shown, precision: { readonly exact?: boolean } = {}) {
  return {
    ...statisticsJson(statistics, precision),
    bad_deployments: statistics.bad,
    time_to_restore: quantilesJson(statistics.restoreSeconds),
    in_progress: statistics.inProgress ?? 0,
  };
}

function statsCsv(statistics: Shown): string {
  const { phases, trend: _series, ...figures } = allOf(statistics, { exact: true });
  const records: [string, string | number | null][] = [];
  for (const [name, value] of Object.entries(figures)) {
    if (value === null || typeof value !== 'object') records.push([name, value]);
    else for (const [part, number] of Object.entries(value)) records.push([`${name}.${part}`, number]);
  }
  for (const { stage, ...figures } of phases) {
    for (const [part, number] of Object.entries(figures)) records.push([`phases.${stage}.${part}`, number]);
  }
  return csv(['name', 'value'], records);
}

function statsMarkdown(statistics: Shown): string {
  const { total, successful, warning, failed, inProgress = 0, scope = '' } = statistics;
  const counts: readonly [string, string][] = [
    ['deployments', String(total)],
    ['successful', String(successful)],
    ['with warning', String(warning)],
    ['failed', String(failed)],
    ...(inProgress === 0 ? [] : [['in progress', String(inProgress)] as [string, string]]),
    ['success rate', formatRate(statistics)],
  ];
  const [header = [], ...rows] = figureRows(statistics);
  const shares = phaseRows(statistics);
  return [
    scope === '' ? '' : `${markdownText(scope)}\n`,
    markdownTable(
      counts.map(([title]) => ({ title, align: 'right' })),
      [counts.map(([, count]) => count)],
    ),
    tableOf(header, rows),
    ...errorWords(statistics.quantileError, 'median and p95 are').map((line) => `${line}\n`),
    statistics.bad === 0 ? '' : `Time to restore, ${restoreRule}: ${restoreWords(statistics).text}\n`,
    shares.length === 0 ? '' : tableOf(phaseTitles, shares),
    statistics.trend.length === 0 ? '' : `${trendLine(statistics.trend, markdownView)}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Names on the left, figures on the right. */
function tableOf(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable(
    titles.map((title, index) => ({ title: title.toLowerCase(), align: index === 0 ? 'left' : 'right' })),
    rows,
  );
}
