import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { decodeText } from '../../files/decodeText.ts';
import { onEnding } from '../../files/onEnding.ts';
import { isStdin } from '../../files/readPatiently.ts';
import { readWhole } from '../../files/readWhole.ts';
import { type OlderRow, readOlderDatabase } from '../../ledger/exchange/olderDatabase.ts';
import { readCsv } from '../legacy/csvRows.ts';
import { readJson, readJsonLines } from '../legacy/jsonRows.ts';
import type { LegacyFile } from '../legacy/legacyFile.ts';
import { type ExportedLine, exportedLines } from './readExport.ts';

/** Deployments recorded by another program. */
export interface LegacyInput {
  readonly name: string;
  readonly file: LegacyFile;
  /** Whether a part of the text could not be read. */
  readonly isDamaged?: boolean;
}

/** The longest string that is possible in this process. */
const mostTextBytes = 512 * 1024 * 1024 - 24;

/** A file by its content: written by deploytrack, or by another program. */
export type Input = { readonly name: string; readonly lines: ExportedLine[] } | LegacyInput;

/** Throws FILE if it cannot be read. */
export async function readImported(context: Context, name: string): Promise<Input> {
  const content = await contentOf(context, name);
  if (content === 'sqlite' || isSqlite(content)) {
    const rows = await undisturbed(context, () =>
      content === 'sqlite' ? olderRows(context, name) : olderRowsOfInput(context, content),
    );
    return { name, file: { format: 'sqlite', rows: rows.map(placed) } };
  }
  const { text, isValid } = decodeText(content);
  const lines = exportedLines(text, name);
  if (lines.some(({ carried, isMarked }) => carried !== null || isMarked)) return { name, lines };
  const file = readJson(text) ?? readJsonLines(text) ?? readCsv(text);
  return file === null ? { name, lines } : { name, file, isDamaged: !isValid };
}

/** Reads a whole file; for a database, which may be large, only detects that it is one. */
async function contentOf(context: Context, name: string): Promise<Buffer | 'sqlite'> {
  try {
    const path = name === '-' ? name : resolve(context.cwd, name);
    if (!isStdin(path) && isSqlite(headOf(path))) return 'sqlite';
    return await readWhole(context, path, { mostBytes: mostTextBytes });
  } catch (error) {
    const said = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new DeploytrackError({ code: 'FILE', message: `${name} cannot be read (${said})`, cause: error });
  }
}

function headOf(path: string): Buffer {
  // A pipe delivers its bytes once, to the one process that opened it.
  if (!statSync(path).isFile()) return Buffer.alloc(0);
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const head = Buffer.alloc(16);
    return head.subarray(0, readSync(file, head, 0, 16, 0));
  } finally {
    closeSync(file);
  }
}

function isSqlite(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 16) === 'SQLite format 3\0';
}

function olderRows(context: Context, name: string): OlderRow[] {
  const temporaryFolder = context.temporaryFolder();
  return readOlderDatabase(resolve(context.cwd, name), { name, temporaryFolder });
}

/** Standard input and pipes are copied to a temporary file. */
function olderRowsOfInput(context: Context, bytes: Buffer): OlderRow[] {
  const temporaryFolder = context.temporaryFolder();
  const folder = mkdtempSync(join(temporaryFolder, 'deploytrack-stdin-'));
  try {
    writeFileSync(join(folder, 'stdin.db'), bytes);
    return readOlderDatabase(join(folder, 'stdin.db'), { name: 'standard input', temporaryFolder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A signal ends the process after this, when the copy is removed. */
async function undisturbed<Result>(context: Context, read: () => Result): Promise<Result> {
  const forget = onEnding(context, () => {});
  try {
    return read();
  } finally {
    // Node delivers a signal in its next turn of the event loop.
    await setImmediate();
    await setImmediate();
    forget();
  }
}

function placed({ table, row, columns }: OlderRow): LegacyFile['rows'][number] {
  return { table, row, raw: columns, why: '' };
}
