import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addonProblem, type Found } from './addonProblem.ts';
import { nodeIsTooOld } from './nodeIsTooOld.ts';

declare const SQLITE_PACKAGE_VERSION: string | undefined;

/** The version of the library that the build put into the program; null from the sources, which load what is installed. */
const inlined: string | null = typeof SQLITE_PACKAGE_VERSION === 'undefined' ? null : SQLITE_PACKAGE_VERSION;

/**
 * The native part of the SQLite library, by its known place; the library's own search costs more than opening the ledger.
 * Throws ADDON_MISSING where this Node is too old for it, where it is not there, of another version, or does not load.
 */
export function loadAddon(): object {
  // First of all: an older Node dies of the addon instead of refusing it.
  if (nodeIsTooOld()) throw addonProblem({ what: 'old node' });
  const folder = packageFolder();
  if (folder === null) throw addonProblem({ what: 'no package', version: inlined });
  const installed = versionIn(folder);
  if (inlined !== null && installed !== inlined)
    throw addonProblem({ what: 'other version', version: inlined, installed });
  return loadFrom(folder);
}

/** Wherever npm put it; null where it is not. */
function packageFolder(): string | null {
  try {
    return dirname(require.resolve('better-sqlite3/package.json'));
  } catch {
    return null;
  }
}

function versionIn(folder: string): string {
  try {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    return /"version": *"([^"]*)"/.exec(text)?.[1] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

/** The ready-made one, else what somebody compiled there. */
function loadFrom(folder: string): object {
  const { platform, arch } = currentTarget();
  const files = [
    join(folder, 'prebuilds', `${platform}-${arch}.node`),
    join(folder, 'build/Release/better_sqlite3.node'),
  ];
  let problem: Found | null = null;
  for (const file of files) {
    if (!existsSync(file)) continue;
    try {
      if (isCut(file)) throw new Error(`${file} is cut`);
      return require(file) as object;
    } catch (cause) {
      problem = { what: 'does not load', folder, version: inlined, cause };
    }
  }
  throw addonProblem(problem ?? { what: 'no file', folder, version: inlined, target: `${platform}-${arch}` });
}

/** As the files of the package are called. */
function currentTarget(): { platform: string; arch: string } {
  const { platform, arch } = process;
  return { platform: platform === 'linux' && isMusl(arch) ? 'linuxmusl' : platform, arch };
}

/**
 * Whether this process runs on musl. Its loader has one place by its ABI: where nothing stands there, it is none, and
 * that is one look. Where it stands beside another C library, the mappings tell which of them runs.
 */
function isMusl(arch: string): boolean {
  if (!existsSync(`/lib/ld-musl-${arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`)) return false;
  try {
    return /\/ld-musl-[^/\s]*\.so/.test(readFileSync('/proc/self/maps', 'latin1'));
  } catch {
    return true;
  }
}

/** The linker maps a library that ends too early without a word, and the process dies at the first look beyond its end. */
function isCut(file: string): boolean {
  const head = Buffer.alloc(64);
  const descriptor = openSync(file, 'r');
  try {
    const read = readSync(descriptor, head);
    const isElf64 = read === 64 && head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2 && head[5] === 1;
    if (!isElf64) return false;
    // The table of sections is the last thing in the file.
    const end = Number(head.readBigUInt64LE(40)) + head.readUInt16LE(58) * head.readUInt16LE(60);
    return fstatSync(descriptor).size < end;
  } finally {
    closeSync(descriptor);
  }
}

/** A statement, as much of it as we use. Its parameters are given by place, or by name in one object. */
export interface Statement<Values extends unknown[] = unknown[], Row = unknown> {
  /** Whether it gives rows. */
  readonly reader: boolean;
  /** Whether an iterator of it is under way. */
  readonly busy: boolean;
  run(...values: Values): { changes: number; lastInsertRowid: number | bigint };
  get(...values: Values): Row | undefined;
  all(...values: Values): Row[];
  iterate(...values: Values): IterableIterator<Row>;
  /** Rows as their first value alone, from here on. */
  pluck(on?: boolean): Statement<Values, Row>;
  /** Rows as lists of values, from here on. */
  raw(on?: boolean): Statement<Values, Row>;
}

/** A connection to SQLite, as much of it as we use, whoever drives it. Its errors have a `code` of SQLite's names. */
export interface Database {
  /** As it was opened. */
  readonly name: string;
  readonly inTransaction: boolean;
  prepare<Values extends unknown[] = unknown[], Row = unknown>(sql: string): Statement<Values, Row>;
  exec(sql: string): unknown;
  pragma(sql: string, how?: { simple?: boolean }): unknown;
  function(name: string, work: (...values: unknown[]) => unknown): unknown;
  serialize(): Buffer;
  close(): unknown;
}
