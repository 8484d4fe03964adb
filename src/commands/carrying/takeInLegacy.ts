import type { PlacedRow } from '../../collect/legacy/legacyFile.ts';
import {
  isKnownField,
  type LegacyDefaults,
  type RawRow,
  readLegacyRow,
} from '../../collect/legacy/legacyRow.ts';
import type { Context } from '../../context.ts';
import { type HistoryDeployment, importHistory, type TakenIn } from '../../ledger/carry/importHistory.ts';
import type { Database } from '../../ledger/file/addon.ts';
import type { LegacyInput } from './readImported.ts';

/** What became of the rows of one file: each is in, known, or refused with a reason. */
export interface LegacyReport {
  readonly file: string;
  readonly format: string;
  readonly rows: number;
  readonly taken: Record<TakenIn, number>;
  readonly refused: RefusedRow[];
  /** Rows that have a time without a zone. */
  withoutZone: number;
  withoutHost: number;
  /** Fields that nothing is known of. */
  readonly leftOut: Set<string>;
}

export interface RefusedRow {
  readonly table: string | null;
  readonly row: number;
  readonly field: string | null;
  readonly why: string;
  readonly expected: string | null;
}

/** Takes in the rows of one file inside the caller's transaction. */
export function takeInLegacy(
  context: Context,
  task: { database: Database; input: LegacyInput; defaults: LegacyDefaults },
): LegacyReport {
  const { input } = task;
  const report: LegacyReport = {
    file: input.name,
    format: input.file.format,
    rows: input.file.rows.length,
    taken: { new: 0, changed: 0, known: 0 },
    refused: [],
    withoutZone: 0,
    withoutHost: 0,
    leftOut: new Set(),
  };
  for (const placed of input.file.rows) takeInRow(context, { ...task, placed, report });
  return report;
}

interface Taking {
  readonly database: Database;
  readonly input: LegacyInput;
  readonly defaults: LegacyDefaults;
  readonly placed: PlacedRow;
  readonly report: LegacyReport;
}

function takeInRow(context: Context, taking: Taking): void {
  const { placed, report, defaults } = taking;
  const { table, row, raw } = placed;
  if (raw === null) {
    report.refused.push({ table, row, field: null, why: placed.why, expected: null });
    return;
  }
  for (const [name, value] of Object.entries(raw))
    if (!isKnownField(name) && value !== null && value !== '') report.leftOut.add(name);
  const read = readLegacyRow(raw as RawRow, defaults);
  if ('refused' in read) {
    const { field, wrong, expected } = read.refused;
    report.refused.push({ table, row, field, why: `${field} ${wrong}`, expected });
    return;
  }
  try {
    report.taken[takeIn(context, { ...taking, deployment: read.deployment, isZoned: read.isZoned })] += 1;
    if (!read.isZoned) report.withoutZone += 1;
    if (!read.hasHost) report.withoutHost += 1;
  } catch (error) {
    if (!taking.database.inTransaction) throw error;
    const why = error instanceof Error ? error.message : String(error);
    report.refused.push({ table, row, field: null, why, expected: null });
  }
}

/** One that cannot be taken in must not keep the others out. */
function takeIn(
  context: Context,
  {
    database,
    input,
    placed,
    defaults,
    deployment,
    isZoned,
  }: Taking & { deployment: HistoryDeployment; isZoned: boolean },
): TakenIn {
  const facts = {
    'import.file': input.name,
    'import.table': placed.table,
    'import.row': placed.row,
    'import.timezone': isZoned ? null : defaults.zone.name,
  };
  database.exec('SAVEPOINT legacy');
  try {
    const taken = importHistory(database, { deployment, facts, wallMs: context.instant().wallMs });
    database.exec('RELEASE legacy');
    return taken;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK TO legacy; RELEASE legacy');
    throw error;
  }
}
