import type { VNode } from 'preact';
import type { PanelJson } from '../dashboards/dashboard.ts';
import type { Answer, Series } from './answers.ts';
import { Bar, Line } from './charts.tsx';
import { fieldOf, lookOf, textOf } from './look.ts';
import { type Cell, rowsOf } from './rows.ts';
import type { Span } from './source.ts';
import { Table } from './table.tsx';

export interface PanelParts {
  readonly panel: PanelJson;
  readonly answers: readonly Answer[];
  readonly span: Span;
}

/** The content of a panel: drawn by the web UI's charts, or as a table of its latest values. */
export function Panel(parts: PanelParts): VNode {
  const { type, options, fieldConfig, transformations } = parts.panel;
  if (type === 'text') return <p>{String(options.content).replace(/\*\*|`/g, '')}</p>;
  if (parts.answers.every(({ series }) => series.length === 0))
    return <p class="quiet">{fieldConfig?.defaults.noValue ?? 'No data'}</p>;
  if (type === 'stat') return <Stats {...parts} />;
  if (type === 'timeseries') return <Lines {...parts} />;
  if (type !== 'bargauge' && transformations !== undefined) return <Rows {...parts} />;
  return <Latest {...parts} />;
}

/** The last value of each series that has not ended. */
function latest({ panel, answers, span }: PanelParts) {
  return answers.flatMap(({ refId, series }) =>
    series.flatMap(({ name, points }) => {
      const last = points.at(-1);
      if (last === undefined || last.seconds < span.toSeconds - 1.5 * span.stepSeconds) return [];
      const field = fieldOf(panel, name, refId);
      return [{ name: field.displayName ?? name, value: last.value, ...lookOf(last.value, field) }];
    }),
  );
}

function Stats(parts: PanelParts): VNode {
  const hasNames = parts.panel.options.textMode === 'value_and_name';
  const lines = latest(parts).flatMap(({ name, text, kind }) => [
    <p class={`big ${kind}`}>{text}</p>,
    hasNames && <p class="quiet">{name}</p>,
  ]);
  return <>{lines}</>;
}

/** A line for each series, with its value; for a bar gauge with a bar between them. */
function Latest(parts: PanelParts): VNode {
  const { type, title, fieldConfig } = parts.panel;
  const figures = latest(parts);
  const most = fieldConfig?.defaults.max ?? (Math.max(...figures.map(({ value }) => value || 0)) || 1);
  const rows = figures.map(({ name, value, text, kind }) => {
    const bar = <Bar from={0} to={(value || 0) / most} kind={kind === '' ? 'fill' : `fill-${kind}`} />;
    return { cells: [name, type === 'bargauge' ? bar : '', <b class={kind}>{text}</b>] };
  });
  return <Table caption={title} head={['', '', '']} rows={rows} numbers={[2]} />;
}

function Lines({ panel, answers, span }: PanelParts): VNode {
  const text = (value: number | undefined) =>
    value === undefined ? '–' : textOf(value, panel.fieldConfig?.defaults ?? {});
  const rows = answers
    .flatMap(({ series }) => series)
    .map((one) => {
      const values = steps(one, span);
      const known = values.filter((value) => value !== null);
      const most = known.length === 0 ? undefined : Math.max(...known);
      const line = <Line values={values} text={one.name} hasGaps />;
      return { cells: [one.name, line, text(most), text(known.at(-1))] };
    });
  return <Table caption={panel.title} head={['', '', 'max', 'last']} rows={rows} numbers={[2, 3]} />;
}

/** A value for each step of the span; null without a number. */
function steps({ points }: Series, { fromSeconds, toSeconds, stepSeconds }: Span): (number | null)[] {
  const step = (seconds: number) => Math.round((seconds - fromSeconds) / stepSeconds);
  const values = new Array<number | null>(step(toSeconds) + 1).fill(null);
  for (const { seconds, value } of points) if (Number.isFinite(value)) values[step(seconds)] = value;
  return values;
}

function Rows({ panel, answers }: PanelParts): VNode {
  const { type, title, gridPos, options, transformations = [] } = panel;
  const { names, rows } = rowsOf(answers, transformations);
  const hasNumbers = (name: string) => rows.some((row) => typeof row[name] === 'number');
  const columns = names
    .filter((name) => type === 'table' || name === options.xField || hasNumbers(name))
    .map((name) => ({ name, field: fieldOf(panel, name) }))
    .filter(({ field }) => field.custom?.hidden !== true);
  const numbers = columns.flatMap(({ name, field }, index) =>
    field.unit !== 'dateTimeAsIso' && hasNumbers(name) ? [index] : [],
  );
  const drawn = (cell: Cell, field: (typeof columns)[number]['field']) => {
    if (cell === undefined) return '';
    const { text, kind } = lookOf(cell, field);
    if (type === 'table' && field.links !== undefined) return <a href={String(cell)}>{text}</a>;
    const cellType = field.custom?.cellOptions?.type;
    if (cellType === 'color-background') return <span class={`cell ${kind}`}>{text}</span>;
    return <span class={cellType === 'color-text' ? kind : ''}>{text}</span>;
  };
  const most = Math.floor(gridPos.h * 1.4) - 2;
  const shown = rows.slice(0, most).map((row) => ({
    cells: columns.map(({ name, field }) => drawn(row[name], field)),
  }));
  return (
    <div style={`--widest: ${Math.round((80 * gridPos.w) / columns.length)}px`}>
      <Table caption={title} head={columns.map(({ name }) => name)} rows={shown} numbers={numbers} />
      {rows.length > most && <p class="quiet">{`and ${rows.length - most} more`}</p>}
    </div>
  );
}
