import { isWithin, type NodeResults, nameOf, type Result, shownFigure } from './results.ts';

/** A section with a table for each group, and the figures of each Node next to each other. */
export function markdownTables(tables: readonly NodeResults[]): string {
  const [{ groups } = { groups: [] }] = tables;
  return groups.map((_, index) => section(tables, index)).join('\n\n');
}

function section(tables: readonly NodeResults[], index: number): string {
  const [first] = tables;
  const { group, results = [] } = first?.groups[index] ?? {};
  const hasGoals = results.some(({ row }) => row.goal !== undefined);
  const titles = ['', ...(hasGoals ? ['goal'] : []), ...tables.map(({ node }) => `Node ${node.version}`)];
  const rows = results.map(({ row }, at) => [
    nameOf(row),
    ...(hasGoals ? [row.goal === undefined ? '' : shownFigure(row, row.goal)] : []),
    ...tables.map(({ groups }) => cell(groups[index]?.results[at], group?.unit ?? null)),
  ]);
  const lines = [titles, titles.map(() => '---'), ...rows].map((line) => `| ${line.join(' | ')} |`);
  return [`### ${group?.title}`, '', ...lines].join('\n').replaceAll('|  |', '| |');
}

/** `1.12 (1.05), 48 ms`; bold if it is short of its goal. */
function cell(result: Result | undefined, unit: string | null): string {
  if (result === undefined || !('summary' in result)) return `not measured: ${result?.why}`;
  const { row, summary } = result;
  const figure = shownFigure(row, summary.median);
  const absolute =
    unit === null || summary.absolute === undefined ? '' : `, ${shownAbsolute(summary.absolute)} ${unit}`;
  return `${isWithin(result) === false ? `**${figure}**` : figure} (${shownFigure(row, summary.min)})${absolute}`;
}

function shownAbsolute(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}
