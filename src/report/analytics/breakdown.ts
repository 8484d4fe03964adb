import type { Breakdown, BreakdownBy, Part } from '../../ledger/analytics/breakdown.ts';
import type { GoodVersion } from '../../ledger/analytics/goodVersion.ts';
import { roundMicro } from '../../model.ts';
import { formatAgo, formatSeconds, formatTime } from '../../text/figures.ts';
import { toSecond } from '../markdown.ts';
import { errorWords } from '../stats/errorWords.ts';
import { formatRate } from '../stats/statsScreen.ts';
import type { Cell, Column } from '../terminal/tableColumn.ts';
import { glyphsOf, type View } from '../terminal/view.ts';
import { shortened } from '../terminal/width.ts';
import type { Analytics } from './analytics.ts';

/** Limit for terminal output; a pipe gets all rows that were read. */
export const mostShown = 50;

/** `stats --by version`, `upgrade` or `host`. By version, it also names the version to go back to. */
export function breakdownAnalytics(
  { parts, hasOlder, quantileError }: Breakdown,
  { by, good }: { by: BreakdownBy; good: readonly GoodVersion[] },
): Analytics {
  const records = parts.map((part) => recordOf(part, by));
  return {
    shown: (view) => ({
      columns: columnsOf(view.width === undefined ? parts : parts.slice(0, mostShown), { by, view }),
      notes: [
        ...olderWords({ count: view.width === undefined ? 0 : parts.length - mostShown, hasOlder }),
        ...errorWords(quantileError, 'the median is'),
        ...good.map((one) => goodWords(one, good.length > 1)),
      ].map((line) => shortened(line, { ...view, most: view.width })),
    }),
    json: {
      by,
      parts: records,
      ...(by !== 'version'
        ? {}
        : {
            go_back_to: good.map(({ deployment, environment, version, inService, before }) => ({
              ...{ deployment, environment, version, in_service: inService, before },
            })),
          }),
      quantile_error: quantileError,
    },
    csv: {
      header: Object.keys(recordOf(nothing, by)),
      records: records.map((record) => Object.values(record)),
    },
  };
}

function olderWords({ count, hasOlder }: { count: number; hasOlder: boolean }): string[] {
  if (hasOlder) return ['older ones are not shown; use --format json'];
  return count > 0 ? [`${count} older ones are not shown; use --format json`] : [];
}

const nothing: Part = {
  deployment: '',
  environment: '',
  version: null,
  previousVersion: null,
  host: null,
  deployments: 0,
  failed: 0,
  rolledBack: 0,
  medianSeconds: null,
  downtimeSeconds: null,
  lastStartedAt: '',
};

function recordOf(part: Part, by: BreakdownBy): Record<string, string | number | null> {
  const { version, previousVersion, host, deployments, failed } = part;
  return {
    deployment: part.deployment,
    environment: part.environment,
    ...(by === 'host'
      ? { host }
      : by === 'version'
        ? { version }
        : { previous_version: previousVersion, version }),
    deployments,
    failed,
    rolled_back: part.rolledBack,
    success_rate: deployments === 0 ? null : roundMicro((deployments - failed) / deployments),
    median_duration: part.medianSeconds,
    downtime: part.downtimeSeconds === null ? null : roundMicro(part.downtimeSeconds),
    last_started_at: part.lastStartedAt,
  };
}

function columnsOf(parts: readonly Part[], { by, view }: { by: BreakdownBy; view: View }): Column[] {
  const cells = (cell: (part: Part) => Cell): Cell[] => parts.map(cell);
  const bad = (count: number): Cell => ({ text: String(count), style: count > 0 ? 'bad' : 'dim' });
  const hasSeveral =
    new Set(parts.map((part) => JSON.stringify([part.deployment, part.environment]))).size > 1;
  const site: Column[] = [
    { title: 'DEPLOYMENT', rank: 5, least: 8, cells: cells((part) => ({ text: part.deployment })) },
    { title: 'ENVIRONMENT', rank: 7, least: 8, cells: cells((part) => ({ text: part.environment })) },
  ];
  return [
    {
      title: by.toUpperCase(),
      rank: 1,
      least: 10,
      cells: cells((part) => ({ text: nameOf(part, { by, view }) })),
    },
    ...(hasSeveral ? site : []),
    { title: 'RUNS', rank: 6, align: 'right', cells: cells((part) => ({ text: String(part.deployments) })) },
    { title: 'FAILED', rank: 2, align: 'right', cells: cells((part) => bad(part.failed)) },
    { title: 'ROLLED BACK', rank: 3, align: 'right', cells: cells((part) => bad(part.rolledBack)) },
    { title: 'SUCCESS', rank: 8, align: 'right', cells: cells((part) => ({ text: rateOf(part) })) },
    {
      title: 'MEDIAN',
      rank: 9,
      align: 'right',
      cells: cells((part) => ({ text: formatSeconds(part.medianSeconds) })),
    },
    {
      title: 'DOWNTIME',
      rank: 4,
      align: 'right',
      cells: cells((part) => ({ text: formatSeconds(part.downtimeSeconds) })),
    },
    { title: 'LAST', rank: 10, cells: cells((part) => lastCell(part, view)) },
  ];
}

function nameOf(part: Part, { by, view }: { by: BreakdownBy; view: View }): string {
  if (by === 'host') return part.host ?? '';
  const version = part.version ?? '';
  return by === 'version' ? version : `${part.previousVersion ?? 'first'} ${glyphsOf(view).arrow} ${version}`;
}

function rateOf({ deployments, failed }: Part): string {
  return formatRate({ total: deployments, successful: deployments - failed });
}

function lastCell({ lastStartedAt }: Part, view: View): Cell {
  const absolute = formatTime(lastStartedAt, view);
  const text = view.local ? formatAgo(lastStartedAt, view) || absolute : absolute;
  return { text, style: view.local ? 'dim' : undefined, summary: toSecond(lastStartedAt) };
}

function goodWords(
  { deployment, environment, version, inService, before }: GoodVersion,
  isOne: boolean,
): string {
  const site = isOne ? `${deployment} ${environment}: ` : '';
  if (version === null) return `${site}no version without a failure or rollback`;
  if (version !== inService)
    return `${site}go back to ${version}: the newest version without a failure or rollback`;
  const next = before === null ? '' : `; the previous one is ${before}`;
  return `${site}${version} is in service, without a failure or rollback${next}`;
}
