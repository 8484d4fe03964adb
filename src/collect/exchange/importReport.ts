import type { Warning } from '../../errors.ts';
import { asciiJson, type Json } from '../../report/json.ts';
import { table } from '../../report/terminal/table.ts';
import { viewOf } from '../../report/terminal/view.ts';
import type { Session } from '../../session.ts';
import type { LegacyDefaults } from '../legacy/legacyRow.ts';
import type { ExportImportReport } from './importExport.ts';
import type { LegacyReport, RefusedRow } from './importLegacy.ts';

/** The number of rejected rows that are listed one by one. */
const mostTold = 20;

/** The counts of each file, as text that ends with a newline. */
export async function importTable(session: Session, reports: readonly LegacyReport[]): Promise<string> {
  const view = await viewOf(session.context);
  const numbers = (title: string, of: (report: LegacyReport) => number) => ({
    title,
    align: 'right' as const,
    rank: 1,
    cells: reports.map((report) => ({ text: String(of(report)) })),
  });
  const texts = (title: string, of: (report: LegacyReport) => string) => ({
    title,
    rank: 1,
    cells: reports.map((report) => ({ text: of(report) })),
  });
  const columns = [
    texts('FILE', ({ file }) => file),
    texts('FORMAT', ({ format }) => format),
    numbers('ROWS', ({ rows }) => rows),
    numbers('NEW', ({ taken }) => taken.new),
    numbers('CHANGED', ({ taken }) => taken.changed),
    numbers('KNOWN', ({ taken }) => taken.known),
    numbers('REFUSED', ({ refused }) => refused.length),
  ];
  return `${table(columns, view).join('\n')}\n`;
}

/** The same as JSON, with every rejected row. */
export function importJson(
  { carried, legacy }: { carried: ExportImportReport | null; legacy: readonly LegacyReport[] },
  { isDry, zone }: { isDry: boolean; zone: string },
): string {
  const marks =
    carried === null
      ? null
      : { ...carried, refused: carried.refused.map(({ message }) => message) satisfies Json };
  return `${asciiJson({ dry_run: isDry, timezone: zone, marks, files: legacy.map(fileJson) }, { pretty: true })}\n`;
}

function fileJson(report: LegacyReport): Json {
  const { file, format, rows, taken, refused, withoutZone, withoutHost, leftOut } = report;
  return {
    file,
    format,
    rows,
    ...taken,
    refused: refused.map(({ table: of, row, field, why, expected }) => ({
      table: of,
      row,
      field,
      why,
      expected,
    })),
    rows_without_zone: withoutZone,
    rows_without_host: withoutHost,
    fields_left_out: [...leftOut].sort(),
  };
}

/** Rejected rows and ignored fields. */
export function importWarnings(report: LegacyReport): Warning[] {
  const { file, refused, leftOut } = report;
  const told = refused.slice(0, mostTold).map(
    (row): Warning => ({
      code: 'IMPORT',
      message: `${file}, ${placeOf(row, report)}, was rejected: ${row.why}${row.expected === null ? '' : `; expected ${row.expected}`}`,
      failed: 'recording',
    }),
  );
  const more = refused.length - told.length;
  if (more > 0)
    told.push({
      code: 'IMPORT',
      message: `${file}: ${more} more rows were rejected`,
      hint: 'use --json to list them',
    });
  if (leftOut.size > 0) {
    const names = [...leftOut].sort().map((name) => JSON.stringify(name));
    told.push({
      code: 'IMPORT',
      message: `${file}: unknown fields were ignored: ${names.join(', ')}`,
    });
  }
  return told;
}

/** Values that had to be taken from elsewhere, one line each. */
export function importNotes(
  { file, withoutZone, withoutHost }: LegacyReport,
  { defaults, isHosts }: { defaults: LegacyDefaults; isHosts: { zone: boolean; host: boolean } },
): string[] {
  const ours = (option: string, is: boolean) => (is ? ` (this host's; set another with ${option})` : '');
  const notes: string[] = [];
  if (withoutZone > 0)
    notes.push(
      `${file}: times without a zone were read as ${defaults.zone.name}${ours('--timezone', isHosts.zone)}`,
    );
  if (withoutHost > 0)
    notes.push(
      `${file}: rows without a host were imported for ${defaults.hostname}${ours('--instance', isHosts.host)}`,
    );
  return notes;
}

function placeOf({ table: of, row }: RefusedRow, { format }: LegacyReport): string {
  if (of !== null) return `${of} ${row}`;
  return format === 'json' ? `entry ${row}` : `line ${row}`;
}
