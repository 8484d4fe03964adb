import type { Comparison } from '../../ledger/analytics/comparison.ts';
import type { DeploymentRecord } from '../../ledger/read/record.ts';
import { roundMicro } from '../../model.ts';
import { formatSeconds, formatTime } from '../../text/figures.ts';
import { deploymentJson } from '../deploymentJson.ts';
import { toSecond } from '../markdown.ts';
import { changeText } from '../show/changeText.ts';
import { statusStyle } from '../terminal/status.ts';
import type { Cell, Column } from '../terminal/tableColumn.ts';
import { glyphsOf, type View } from '../terminal/view.ts';
import { shortened } from '../terminal/width.ts';
import type { Analytics } from './analytics.ts';

interface Times {
  readonly name: string;
  readonly one: number | null;
  readonly other: number | null;
}

/** From here on a difference is colored: at least 1.5 times as long and at least one second. */
const notable = { ratio: 1.5, seconds: 1 };

/** `compare <a> <b>`: facts and durations of both, phase by phase. */
export function comparisonAnalytics(comparison: Comparison): Analytics {
  const { one, other, changes } = comparison;
  const times = timesOf(comparison);
  const rounded = (seconds: number | null) => (seconds === null ? null : roundMicro(seconds));
  const records = times.map((row) => ({
    name: row.name,
    one: rounded(row.one),
    other: rounded(row.other),
    difference: differenceOf(row),
  }));
  return {
    shown: (view) => ({ columns: columnsOf(comparison, { times, view }), notes: notesOf(comparison, view) }),
    json: {
      one: deploymentJson(one),
      other: deploymentJson(other),
      times: records,
      changes: changes?.map(({ kind, name, before, after }) => ({ kind, name, before, after })) ?? null,
    },
    csv: {
      header: ['name', 'one', 'other', 'difference'],
      records: records.map((row) => [row.name, row.one, row.other, row.difference]),
    },
  };
}

function timesOf({ one, other, phases }: Comparison): Times[] {
  const healthy = ({ timeToHealthy }: DeploymentRecord) =>
    timeToHealthy === null ? null : Number(timeToHealthy);
  return [
    { name: 'total', one: one.totalSeconds, other: other.totalSeconds },
    ...phases.map(({ stage, oneSeconds, otherSeconds }) => ({
      name: stage,
      one: oneSeconds,
      other: otherSeconds,
    })),
    { name: 'downtime', one: one.downtimeSeconds, other: other.downtimeSeconds },
    { name: 'time to healthy', one: healthy(one), other: healthy(other) },
  ];
}

function differenceOf({ one, other }: Times): number | null {
  return one === null || other === null ? null : roundMicro(other - one);
}

function columnsOf(
  { one, other }: Comparison,
  { times, view }: { times: readonly Times[]; view: View },
): Column[] {
  const facts: [name: string, of: (deployment: DeploymentRecord) => Cell][] = [
    ['id', ({ id }) => ({ text: id ?? '', style: 'dim' })],
    ['status', ({ status }) => ({ text: status, style: statusStyle(status) })],
    [
      'rolled back',
      ({ rolledBack }) => ({ text: rolledBack ? 'yes' : 'no', style: rolledBack ? 'warn' : undefined }),
    ],
    ['outcome', ({ outcome }) => ({ text: outcome ?? '' })],
    ['started', ({ startedAt }) => ({ text: formatTime(startedAt, view), summary: toSecond(startedAt) })],
    ['host', ({ hostname }) => ({ text: hostname ?? '' })],
  ];
  const side = (of: DeploymentRecord, key: 'one' | 'other', rank: number): Column => ({
    title: of.version,
    rank,
    align: 'right',
    least: 10,
    cells: [...facts.map(([, cell]) => cell(of)), ...times.map((row) => ({ text: formatSeconds(row[key]) }))],
  });
  return [
    {
      title: '',
      rank: 1,
      least: 8,
      cells: [...facts.map(([name]) => name), ...times.map(({ name }) => name)].map((text) => ({ text })),
    },
    side(one, 'one', 3),
    side(other, 'other', 2),
    {
      title: 'DIFFERENCE',
      rank: 4,
      align: 'right',
      cells: [...facts.map(() => ({ text: '' })), ...times.map(differenceCell)],
    },
  ];
}

function differenceCell(row: Times): Cell {
  const seconds = differenceOf(row);
  if (seconds === null || row.one === null || row.other === null) return { text: '' };
  const isSlower = row.other >= notable.ratio * row.one && seconds >= notable.seconds;
  const isFaster = row.one >= notable.ratio * row.other && -seconds >= notable.seconds;
  const style = isSlower ? 'warn' : isFaster ? 'good' : undefined;
  return { text: `${seconds < 0 ? '' : '+'}${formatSeconds(seconds)}`, style };
}

function notesOf({ one, other, changes }: Comparison, view: View): string[] {
  const { arrow } = glyphsOf(view);
  const errors = [one, other].flatMap(({ version, errorMessage }) =>
    errorMessage === null ? [] : [`${version}: ${errorMessage}`],
  );
  const changed = (changes ?? []).map((change) => `changed: ${changeText(change, arrow)}`);
  return [...errors, ...changed].map((line) => shortened(line, { ...view, most: view.width }));
}
