import type { Found } from './stage.ts';

const head = ['| stage | tried | result | commit |', '| --- | --- | --- | --- |'];

/** The table of the figures, with the commit that each stage was measured on. */
export function figureTable(found: readonly Found[], commit: string): string {
  const rows = found.map(({ what, tried, result }) => `| ${what} | ${tried} | ${result} | ${commit} |`);
  return [...head, ...rows].join('\n');
}

/** The same table with the rows of an older one, except those of the stages that were measured again. */
export function withOlder(table: string, older: string): string {
  const rows = rowsIn(table);
  const kept = rowsIn(older).map((row) => rows.find((other) => whatOf(other) === whatOf(row)) ?? row);
  return [...head, ...kept, ...rows.filter((row) => !kept.includes(row))].join('\n');
}

/** Rows of four columns, without the head. */
function rowsIn(table: string): string[] {
  return table.split('\n').filter((line) => /^\|([^|]*\|){4}$/.test(line) && !head.includes(line));
}

function whatOf(row: string): string {
  return row.split('|')[1]?.trim() ?? '';
}
