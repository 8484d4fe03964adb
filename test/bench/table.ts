import { type GroupResult, isWithin, type NodeResults, nameOf, type Result, shownFigure } from './results.ts';
import type { Group } from './row.ts';

/** Everything about one Node for a terminal; at the end what is short of its goal. */
export function terminalTables({ node, groups }: NodeResults): string {
  const short = groups.flatMap(({ results }) => results.filter(isShort));
  return [
    `Node ${node.version}; ratios are to \`node -e 0\` unless said otherwise`,
    ...groups.map(terminalTable),
    ...(short.length === 0 ? [] : [['short of their goals:', ...short.map(shortLine)].join('\n')]),
  ].join('\n\n');
}

/** Also what was not measured. */
function isShort(result: Result): boolean {
  return result.row.goal !== undefined && isWithin(result) !== true;
}

function shortLine(result: Result): string {
  const { row } = result;
  const figure = 'summary' in result ? shownFigure(row, result.summary.median) : 'not measured';
  return `  ${plainName(result)}: ${figure}, goal ${shownFigure(row, row.goal ?? Number.NaN)}`;
}

/** A group for a terminal: a line of titles, and a line for each row. */
function terminalTable({ group, results }: GroupResult): string {
  const cells = results.map((result) => cellsOf(group, result));
  const titles = [group.title, 'median', 'min', group.unit === null ? '' : `of (${group.unit})`, 'goal', ''];
  const widths = titles.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => (line.length > 2 ? (line[column]?.length ?? 0) : 0))),
  );
  const nameWidth = Math.max(...[titles, ...cells].map(([name = '']) => name.length));
  const shown = ([name = '', ...others]: readonly string[]) => {
    if (others.length === 1) return `${name.padEnd(nameWidth)}  ${others[0]}`;
    const rest = others.map((cell, column) => cell.padStart(widths[column + 1] ?? 0));
    return [name.padEnd(nameWidth), ...rest].join('  ').trimEnd();
  };
  return [titles, ...cells].map(shown).join('\n');
}

function cellsOf({ unit }: Group, result: Result): string[] {
  const { row } = result;
  const name = plainName(result);
  if (!('summary' in result)) return [name, `not measured: ${result.why}`];
  const { median, min, absolute } = result.summary;
  const within = isWithin(result);
  return [
    name,
    shownFigure(row, median),
    shownFigure(row, min),
    unit === null || absolute === undefined ? '' : absolute.toFixed(1),
    row.goal === undefined ? '' : shownFigure(row, row.goal),
    [within === undefined ? '' : within ? 'holds' : 'short', failuresOf(result)].join(' ').trim(),
  ];
}

function plainName({ row }: Result): string {
  return nameOf(row).replaceAll('`', '');
}

function failuresOf(result: Result): string {
  const failures = 'summary' in result ? result.failures.length : 0;
  return failures === 0 ? '' : `(${failures} failed)`;
}
