import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readCsv } from '../../collect/legacy/csvRows.ts';
import { readJson, readJsonLines } from '../../collect/legacy/jsonRows.ts';
import type { LegacyFile } from '../../collect/legacy/legacyFile.ts';
import type { Context } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { type OlderRow, readOlderDatabase } from '../../ledger/carry/olderDatabase.ts';
import { type CarriedLine, carriedLines } from './readCarried.ts';

/** Deployments that another program wrote down. */
export interface LegacyInput {
  readonly name: string;
  readonly file: LegacyFile;
}

/** A file by what is in it: what we wrote ourselves, or what another program did. */
export type Input = { readonly name: string; readonly lines: CarriedLine[] } | LegacyInput;

/** Throws FILE where it cannot be read. */
export function readImported(context: Context, name: string): Input {
  const bytes = bytesOf(context.cwd, name);
  if (bytes.toString('latin1', 0, 16) === 'SQLite format 3\0')
    return { name, file: { format: 'sqlite', rows: olderRows(context, { name, bytes }).map(placed) } };
  const text = textOf(bytes);
  const lines = carriedLines(text, name);
  if (lines.some(({ carried, isMarked }) => carried !== null || isMarked)) return { name, lines };
  const file = readJson(text) ?? readJsonLines(text) ?? readCsv(text);
  return file === null ? { name, lines } : { name, file };
}

function bytesOf(cwd: string, name: string): Buffer {
  try {
    return readFileSync(name === '-' ? 0 : resolve(cwd, name));
  } catch (error) {
    const said = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new DeploytrackError({ code: 'FILE', message: `${name} cannot be read (${said})`, cause: error });
  }
}

/** UTF-8, or what Windows PowerShell writes with `>`. */
function textOf(bytes: Buffer): string {
  const isUtf16 = bytes.length >= 2 && bytes.readUInt16LE(0) === 0xfeff;
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\ufeff/, '');
}

function olderRows(context: Context, { name, bytes }: { name: string; bytes: Buffer }): OlderRow[] {
  const temporaryFolder = context.temporaryFolder();
  if (name !== '-') return readOlderDatabase(resolve(context.cwd, name), { name, temporaryFolder });
  const folder = mkdtempSync(join(temporaryFolder, 'deploytrack-stdin-'));
  try {
    writeFileSync(join(folder, 'stdin.db'), bytes);
    return readOlderDatabase(join(folder, 'stdin.db'), { name: 'standard input', temporaryFolder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function placed({ table, row, columns }: OlderRow): LegacyFile['rows'][number] {
  return { table, row, raw: columns, why: '' };
}
