import type { Restores } from '../../ledger/analytics/restores.ts';
import type { Statistics } from '../../ledger/read/statistics.ts';
import { csv } from '../csv.ts';
import { asciiJson } from '../json.ts';
import { markdownTable } from '../markdown.ts';
import { type Format, plainPaint, type View } from '../terminal/view.ts';
import { quantilesJson, statisticsJson } from './statsJson.ts';
import { figureRows, formatRate, phaseRows, restoreWords, statsScreen, trendLine } from './statsScreen.ts';

/**
 * The statistics as text that ends with a newline. JSON is one object, `statisticsJson`; CSV has one record `name,value` for
 * each of its scalars, such as `total.median` or `phases.extract.share`; Markdown is two tables.
 */
export function formatStats(
  statistics: Statistics & Restores,
  view: View & { readonly format: Format; readonly inProgress?: number; readonly scope?: string },
): string {
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
function allOf(statistics: Statistics & Restores) {
  return {
    ...statisticsJson(statistics),
    bad_deployments: statistics.bad,
    time_to_restore: quantilesJson(statistics.restoreSeconds),
  };
}

function statsCsv(statistics: Statistics & Restores): string {
  const { phases, trend: _series, ...figures } = allOf(statistics);
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

function statsMarkdown(statistics: Statistics & Restores): string {
  const { total, successful, warning, failed } = statistics;
  const counts = markdownTable(
    [
      { title: 'deployments', align: 'right' },
      { title: 'successful', align: 'right' },
      { title: 'with warning', align: 'right' },
      { title: 'failed', align: 'right' },
      { title: 'success rate', align: 'right' },
    ],
    [[...[total, successful, warning, failed].map(String), formatRate(statistics)]],
  );
  const [header = [], ...rows] = figureRows(statistics);
  const figures = markdownTable(
    header.map((title, index) => ({ title, align: index === 0 ? ('left' as const) : ('right' as const) })),
    rows,
  );
  const restored = statistics.bad === 0 ? '' : `\nTime to restore: ${restoreWords(statistics).text}\n`;
  const shares = phaseRows(statistics);
  const phases =
    shares.length === 0
      ? ''
      : `\n${markdownTable([{ title: 'phase' }, { title: 'mean', align: 'right' }, { title: 'share', align: 'right' }], shares)}`;
  const trend = statistics.trend.length === 0 ? '' : `\n${trendLine(statistics.trend, markdownView)}\n`;
  return `${counts}\n${figures}${restored}${phases}${trend}`;
}
