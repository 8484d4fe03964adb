import type { Figures } from '../../ledger/analytics/figures.ts';
import type { Period } from '../../ledger/analytics/periodReport.ts';
import { isoTime, roundMicro } from '../../model.ts';
import { counted } from '../../text/counted.ts';
import { formatSeconds, formatTime } from '../../text/figures.ts';
import { deploymentJson } from '../deploymentJson.ts';
import { historyColumns } from '../historyColumns.ts';
import { asciiJson } from '../json.ts';
import { toSecond } from '../markdown.ts';
import { statisticsJson } from '../stats/statsJson.ts';
import { formatRate, restoreRule } from '../stats/statsScreen.ts';
import type { Cell, Column } from '../terminal/tableColumn.ts';
import type { View } from '../terminal/view.ts';
import { wrapLines } from '../terminal/wrap.ts';
import { phaseAnalytics } from './phases.ts';
import { markdownView, type Section, sectionsMarkdown, sectionsText } from './sections.ts';

/** `report --since 7d` as text that ends with a newline. */
export function formatPeriod(
  period: Period,
  { format, ...view }: View & { readonly format: 'table' | 'json' | 'markdown' },
): string {
  if (format === 'json') return `${asciiJson(periodJson(period), { pretty: true })}\n`;
  if (format === 'table') return sectionsText(sectionsOf(period, view), view);
  const plain = markdownView(view);
  return sectionsMarkdown(sectionsOf(period, plain));
}

function periodJson({ fromMs, untilMs, now, before, bad, sites, phases }: Period) {
  const figuresJson = (figures: Figures) => ({
    ...statisticsJson(figures),
    downtime_together: figures.downtimeTogetherSeconds,
  });
  return {
    from: isoTime(fromMs),
    until: isoTime(untilMs),
    statistics: figuresJson(now),
    statistics_before: figuresJson(before),
    time_to_restore: now.restoreSeconds.median,
    bad: bad.map(deploymentJson),
    sites: sites.map(({ deployment, environment, inService, healthy, budget }) => ({
      deployment,
      environment,
      version: inService?.version ?? null,
      since: inService === null ? null : isoTime(inService.sinceMs),
      healthy,
      budget_left: budget === null ? null : roundMicro(budget.left),
    })),
    phases: phaseAnalytics(phases).json,
  };
}

function sectionsOf(period: Period, view: View): Section[] {
  const { fromMs, untilMs, now, bad, sites, phases } = period;
  const [from, until] = [fromMs, untilMs].map((ms) => toSecond(formatTime(isoTime(ms), view)));
  const ofPhases = phaseAnalytics(phases).shown(view);
  return [
    {
      title: `Deployments from ${from} to ${until}`,
      columns: figureColumns(period),
      notes: now.bad === 0 ? [] : ruleLines(view),
    },
    ...(sites.length === 0
      ? []
      : [{ title: 'In service', columns: siteColumns(period, view), notes: otherLines(period, view) }]),
    bad.length === 0
      ? { title: 'No deployment failed or was rolled back' }
      : {
          title: 'Failed or rolled back',
          columns: historyColumns(bad, view),
          ...(now.bad > bad.length
            ? { notes: [view.paint('dim', `and ${now.bad - bad.length} earlier ones; --json lists all`)] }
            : {}),
        },
    ...(phases.length === 0 ? [] : [{ title: 'Phases', ...ofPhases }]),
  ];
}

/** Hosts of a store may differ: the table has the version that came into service last. */
function otherLines({ sites }: Period, view: View): string[] {
  return sites.flatMap(({ deployment, environment, inService, others }) => {
    if (inService === null || others === undefined || others.hosts === 0) return [];
    const versions = counted(others.versions, 'other version');
    const text = `${deployment} ${environment}: ${inService.version}, and ${versions} on ${counted(others.hosts, 'host')}: \`deploytrack fleet\``;
    return wrapLines(text, view).map((line) => view.paint('dim', line));
  });
}

function ruleLines(view: View): string[] {
  return wrapLines(`time to restore: ${restoreRule}`, view).map((line) => view.paint('dim', line));
}

function figureColumns({ now, before }: Period): Column[] {
  const both = (name: string, of: (figures: Figures) => string): [string, string, string] => [
    name,
    of(now),
    of(before),
  ];
  const rows = [
    both('deployments', ({ total }) => String(total)),
    both('failed', ({ failed }) => String(failed)),
    both('success rate', formatRate),
    both('time to deploy, median', ({ timeToDeploySeconds, totalSeconds }) =>
      formatSeconds(timeToDeploySeconds.median ?? totalSeconds.median),
    ),
    both('downtime, total', ({ downtimeTogetherSeconds }) => formatSeconds(downtimeTogetherSeconds)),
    both('time to healthy, median', ({ timeToHealthySeconds }) => formatSeconds(timeToHealthySeconds.median)),
  ];
  if (now.bad > 0) rows.push(['time to restore, median', formatSeconds(now.restoreSeconds.median), '']);
  const column = (index: 0 | 1 | 2, column: Omit<Column, 'cells'>): Column => ({
    ...column,
    cells: rows.map((row) => ({ text: row[index] })),
  });
  return [
    column(0, { title: '', rank: 1 }),
    column(1, { title: 'NOW', rank: 2, align: 'right' }),
    column(2, { title: 'BEFORE', rank: 3, align: 'right' }),
  ];
}

function siteColumns({ sites }: Period, view: View): Column[] {
  const cells = (cell: (site: Period['sites'][number]) => Cell): Cell[] => sites.map(cell);
  return [
    { title: 'DEPLOYMENT', rank: 1, least: 8, cells: cells((site) => ({ text: site.deployment })) },
    { title: 'ENVIRONMENT', rank: 4, least: 8, cells: cells((site) => ({ text: site.environment })) },
    {
      title: 'VERSION',
      rank: 2,
      least: 10,
      cells: cells((site) => ({ text: site.inService?.version ?? '' })),
    },
    {
      title: 'SINCE',
      rank: 5,
      cells: cells(({ inService }) => ({
        text: inService === null ? '' : formatTime(isoTime(inService.sinceMs), view),
        ...(inService === null ? {} : { summary: toSecond(isoTime(inService.sinceMs)) }),
      })),
    },
    { title: 'HEALTHY', rank: 3, cells: cells(({ healthy }) => healthyCell(healthy)) },
    {
      title: 'BUDGET LEFT',
      rank: 6,
      align: 'right',
      cells: cells(({ budget }) => ({ text: budget === null ? '' : `${Math.round(budget.left * 100)}%` })),
    },
  ];
}

function healthyCell(healthy: boolean | null): Cell {
  if (healthy === null) return { text: '' };
  return healthy ? { text: 'yes', style: 'good' } : { text: 'no', style: 'bad' };
}
