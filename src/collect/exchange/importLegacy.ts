import type { Context } from '../../context.ts';
import {
  type HistoryDeployment,
  type ImportedHistory,
  importHistory,
} from '../../ledger/exchange/importHistory.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { partOfTransaction } from '../../ledger/file/transaction.ts';
import type { PlacedRow } from '../legacy/legacyFile.ts';
import { isKnownField, type LegacyDefaults, readLegacyRow } from '../legacy/legacyRow.ts';
import type { LegacyInput } from './readImported.ts';

/** The result of one file: each row is new, known, or rejected with a reason. */
export interface LegacyReport {
  readonly file: string;
  readonly format: string;
  readonly rows: number;
  readonly taken: Record<ImportedHistory, number>;
  readonly refused: RefusedRow[];
  /** The number of rows with a time without a zone. */
  withoutZone: number;
  withoutHost: number;
  /** Unknown fields. */
  readonly leftOut: Set<string>;
}

export interface RefusedRow {
  readonly table: string | null;
  readonly row: number;
  readonly field: string | null;
  readonly why: string;
  readonly expected: string | null;
}

/** The rows of one file as deployments; rows that cannot be one are already rejected. */
export interface ReadRows {
  readonly report: LegacyReport;
  readonly defaults: LegacyDefaults;
  readonly good: readonly GoodRow[];
}

interface GoodRow {
  readonly placed: PlacedRow;
  readonly deployment: HistoryDeployment;
  readonly isZoned: boolean;
  readonly hasHost: boolean;
}

/** Reads the rows of one file, before the ledger is locked for them. */
export function readRows({ name, file }: LegacyInput, defaults: LegacyDefaults): ReadRows {
  const report: LegacyReport = {
    file: name,
    format: file.format,
    rows: file.rows.length,
    taken: { new: 0, changed: 0, known: 0 },
    refused: [],
    withoutZone: 0,
    withoutHost: 0,
    leftOut: new Set(),
  };
  const good = file.rows.flatMap((placed) => readRow(placed, { report, defaults }) ?? []);
  return { report, defaults, good };
}

function readRow(
  placed: PlacedRow,
  { report, defaults }: { report: LegacyReport; defaults: LegacyDefaults },
): GoodRow | null {
  const { table, row, raw, why } = placed;
  if (raw === null) {
    report.refused.push({ table, row, field: null, why, expected: null });
    return null;
  }
  for (const [name, value] of Object.entries(raw))
    if (!isKnownField(name) && saysSomething(value)) report.leftOut.add(name);
  const read = readLegacyRow(raw, defaults);
  if ('deployment' in read) return { placed, ...read };
  const { field, wrong, expected } = read.refused;
  report.refused.push({ table, row, field, why: `${field} ${wrong}`, expected });
  return null;
}

/** Whether a value would be lost: our own responses contain many fields without one. */
function saysSomething(value: unknown): boolean {
  const isEmptyList = Array.isArray(value) && value.length === 0;
  return value !== null && value !== '' && value !== false && !isEmptyList;
}

/** Imports the rows within the caller's transaction. */
export function importLegacy(
  context: Context,
  { database, read }: { database: Database; read: ReadRows },
): LegacyReport {
  const { report, good } = read;
  for (const one of good) {
    const { table, row } = one.placed;
    try {
      report.taken[takeIn(context, { database, read, one })] += 1;
      if (!one.isZoned) report.withoutZone += 1;
      if (!one.hasHost) report.withoutHost += 1;
    } catch (error) {
      if (!database.inTransaction) throw error;
      const why = error instanceof Error ? error.message : String(error);
      report.refused.push({ table, row, field: null, why, expected: null });
    }
  }
  return report;
}

/** One row that cannot be imported must not keep out the others. */
function takeIn(
  context: Context,
  { database, read, one }: { database: Database; read: ReadRows; one: GoodRow },
): ImportedHistory {
  const { placed, deployment, isZoned } = one;
  const facts = {
    'import.file': read.report.file,
    'import.table': placed.table,
    'import.row': placed.row,
    'import.timezone': isZoned ? null : read.defaults.zone.name,
  };
  const { wallMs } = context.instant();
  return partOfTransaction(database, () => importHistory(database, { deployment, facts, wallMs }));
}
