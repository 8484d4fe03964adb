import { type LegacyFile, namesDeployment, type PlacedRow } from './legacyFile.ts';

/** Decimal commas are not expected in this schema: the separator is the most frequent one of the header. */
const separators = [',', ';', '\t'] as const;

/** A CSV whose first line names the columns; null if it names no deployments. */
export function readCsv(whole: string): LegacyFile | null {
  // PowerShell 5.1 writes the type of its objects in a line before the header.
  const text = whole.replace(/^#TYPE [^\r\n]*/, '');
  const head = /^\s*([^\r\n]*)/.exec(text)?.[1] ?? '';
  const count = (separator: string) => head.split(separator).length;
  const delimiter = separators.reduce((most, one) => (count(one) > count(most) ? one : most));
  const names = head.split(delimiter).map((name) => columnName(name.replaceAll('"', '')));
  if (!namesDeployment(names)) return null;
  return { format: 'csv', rows: rowsOf(text, { delimiter, names }) };
}

function columnName(text: string): string {
  return text.trim().toLowerCase();
}

function rowsOf(
  text: string,
  { delimiter, names }: { delimiter: string; names: readonly string[] },
): PlacedRow[] {
  // Loaded only to read a CSV.
  const { parse } = require('csv-parse/sync') as typeof import('csv-parse/sync');
  const broken: PlacedRow[] = [];
  const records = parse(text, {
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) broken.push(placed(Number(error.lines) || 0, { why: error.message }));
    },
  }) as unknown as { record: string[]; info: { lines: number } }[];
  const rows = records.slice(1).map(({ record, info }) => {
    if (record.length !== names.length)
      return placed(info.lines, {
        why: `it has ${record.length} fields, but the header has ${names.length}`,
      });
    return placed(info.lines, {
      raw: Object.fromEntries(names.map((name, at) => [name, asWritten(record[at])])),
    });
  });
  return [...rows, ...broken];
}

/** Removes the apostrophe that keeps a spreadsheet from evaluating a text; our own CSV has it. */
function asWritten(text: string | undefined): string | undefined {
  return text?.replace(/^'(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])/, '');
}

function placed(row: number, { raw = null, why = '' }: Partial<PlacedRow>): PlacedRow {
  return { table: null, row, raw, why };
}
