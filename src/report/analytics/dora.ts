import type { Delivery } from '../../ledger/analytics/dora.ts';
import { isoTime } from '../../model.ts';
import { formatFrequency, formatSeconds, formatShare, formatTime } from '../../text/figures.ts';
import { doraReport } from '../dora/levels.ts';
import { definitions, type Measure, measuresOf } from '../dora/measures.ts';
import type { Cell, Column } from '../terminal/tableColumn.ts';
import type { View } from '../terminal/view.ts';
import { shortened } from '../terminal/width.ts';
import type { Analytics } from './analytics.ts';

export interface DoraPeriod {
  readonly fromMs: number;
  readonly untilMs: number;
}

interface Line extends Measure {
  readonly delivery: Delivery;
  /** The first line of its group. */
  readonly isFirst: boolean;
}

/** `stats --dora`: the five measures of each site, or of each host of it. */
export function doraAnalytics(
  deliveries: readonly Delivery[],
  { byHost, ...period }: DoraPeriod & { byHost: boolean },
): Analytics {
  const days = daysOf(period);
  const lines = deliveries.flatMap((delivery) =>
    measuresOf(delivery, days).map((measure, index) => ({ ...measure, delivery, isFirst: index === 0 })),
  );
  return {
    shown: (view) => ({
      ...(lines.length === 0 ? {} : { columns: columnsOf(lines, { byHost, days }) }),
      notes: notesOf(deliveries, { view, period }),
    }),
    json: {
      report: doraReport.title,
      from: isoTime(period.fromMs),
      until: isoTime(period.untilMs),
      groups: deliveries.map((delivery) => groupJson(delivery, { byHost, days })),
    },
    csv: {
      header: ['deployment', 'environment', 'host', 'measure', 'value', 'unit', 'count', 'of', 'level'],
      records: lines.map(({ delivery, name, value, unit, count, of, level }) => [
        ...[delivery.deployment, delivery.environment, delivery.host],
        ...[name, value, unit, count, of, level],
      ]),
    },
  };
}

export function daysOf({ fromMs, untilMs }: DoraPeriod): number {
  return (untilMs - fromMs) / 86_400_000;
}

function groupJson(delivery: Delivery, { byHost, days }: { byHost: boolean; days: number }) {
  const { deployment, environment, host, hosts, leadSeconds, fromCommit, recoverySeconds } = delivery;
  const more: Readonly<Record<string, object>> = {
    lead_time_for_changes: {
      p95: leadSeconds.p95,
      from_commit: fromCommit,
      from_trigger: leadSeconds.count - fromCommit,
    },
    failed_deployment_recovery_time: { p95: recoverySeconds.p95 },
  };
  return {
    deployment,
    environment,
    ...(byHost ? { host } : {}),
    hosts,
    ...Object.fromEntries(
      measuresOf(delivery, days).map(({ name, ...measure }) => [name, { ...measure, ...more[name] }]),
    ),
  };
}

function columnsOf(lines: readonly Line[], { byHost, days }: { byHost: boolean; days: number }): Column[] {
  const cells = (cell: (line: Line) => Cell): Cell[] => lines.map(cell);
  const ofGroup = (name: (delivery: Delivery) => string): Cell[] =>
    cells(({ delivery, isFirst }) => ({ text: isFirst ? name(delivery) : '' }));
  const hasSeveral =
    new Set(
      lines.map(({ delivery: { deployment, environment } }) => JSON.stringify([deployment, environment])),
    ).size > 1;
  const site: Column[] = [
    { title: 'DEPLOYMENT', rank: 4, least: 8, cells: ofGroup(({ deployment }) => deployment) },
    { title: 'ENVIRONMENT', rank: 6, least: 8, cells: ofGroup(({ environment }) => environment) },
  ];
  return [
    ...(byHost ? [{ title: 'HOST', rank: 5, least: 8, cells: ofGroup(({ host }) => host ?? '') }] : []),
    ...(hasSeveral ? site : []),
    {
      title: 'MEASURE',
      rank: 1,
      least: 20,
      cells: cells(({ name }) => ({ text: name.replaceAll('_', ' ') })),
    },
    { title: 'VALUE', rank: 2, align: 'right', cells: cells((line) => ({ text: valueText(line) })) },
    { title: 'FROM', rank: 7, cells: cells((line) => ({ text: fromText(line, days) })) },
    { title: `DORA ${doraReport.year}`, rank: 3, cells: cells(({ level }) => levelCell(level)) },
  ];
}

/** `1.4 per day`, `2.3 per month`, `2h5m`, `6.3%`. */
export function valueText({ value, unit }: Measure): string {
  if (value === null) return 'n/a';
  if (unit === 'seconds') return formatSeconds(value);
  return unit === 'ratio' ? formatShare(value) : formatFrequency(value);
}

const counted: Readonly<Record<Measure['name'], string>> = {
  lead_time_for_changes: 'changes have a commit time or trigger',
  deployment_frequency: 'deployments',
  failed_deployment_recovery_time: 'recovered',
  change_fail_rate: 'deployments',
  deployment_rework_rate: 'deployments',
};

function fromText({ name, count, of }: Line, days: number): string {
  const period = name === 'deployment_frequency' ? ` in ${formatSeconds(Math.round(days * 86_400))}` : '';
  return `${count} of ${of} ${counted[name]}${period}`;
}

function levelCell(level: Measure['level']): Cell {
  if (level === null) return { text: 'no level', style: 'dim' };
  return { text: level, style: level === 'elite' ? 'good' : level === 'low' ? 'warn' : undefined };
}

function notesOf(
  deliveries: readonly Delivery[],
  { view, period }: { view: View; period: DoraPeriod },
): string[] {
  const [from, until] = [period.fromMs, period.untilMs].map((ms) => formatTime(isoTime(ms), view));
  const several = deliveries.filter(({ host, hosts }) => host === null && hosts > 1);
  const defined = Object.entries(definitions).map(([name, text]) => `${name.replaceAll('_', ' ')}: ${text}`);
  return [
    `${deliveries.length === 0 ? 'no finished deployment ' : ''}from ${from} to ${until}; levels: ${doraReport.title}`,
    ...several.map(
      ({ deployment, environment, hosts }) =>
        `${deployment} ${environment} ran on ${hosts} hosts: a deployment counts once on each; see --by host`,
    ),
    ...defined,
  ].map((line) => view.paint('dim', shortened(line, { ...view, most: view.width })));
}
