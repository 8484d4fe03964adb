import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { dirname, join, toNamespacedPath } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { DeploytrackError } from '../../errors.ts';
import { addonProblem, type Found } from './addonProblem.ts';
import { type NodeSqlite, nodeSqlite, openByNode } from './nodeSqlite.ts';

declare const SQLITE_PACKAGE_VERSION: string | undefined;

/**
 * The version of the library that the build put into the program; null when run from the sources, which load the
 * installed one.
 */
const inlined: string | null = typeof SQLITE_PACKAGE_VERSION === 'undefined' ? null : SQLITE_PACKAGE_VERSION;

/**
 * The native part of the SQLite library, at its known location; the library's own search takes longer than opening the
 * ledger. Throws ADDON_MISSING if this Node is too old for it, or if it is missing, of another version, or fails to
 * load.
 */
export function loadAddon(): object {
  // Checked first: an older Node crashes in the addon instead of rejecting it.
  if (nodeIsTooOld()) throw addonProblem({ what: 'old node', needed: neededNode });
  const found = findPackage();
  if (found === null) throw addonProblem({ what: 'no package', version: inlined });
  const { folder, version: installed } = found;
  if (inlined !== null && installed !== inlined)
    throw addonProblem({ what: 'other version', version: inlined, installed });
  return loadFrom(folder);
}

interface Package {
  readonly folder: string;
  readonly version: string;
}

/** Wherever npm put it; null if it is missing. Looked for as Node does, which takes a mark longer than opening the ledger. */
function findPackage(): Package | null {
  for (let from = __dirname; ; from = dirname(from)) {
    const found = packageIn(join(from, 'node_modules/better-sqlite3'));
    if (found !== null) return found;
    if (dirname(from) === from) break;
  }
  try {
    return packageIn(dirname(require.resolve('better-sqlite3/package.json')));
  } catch {
    return null;
  }
}

function packageIn(folder: string): Package | null {
  try {
    const text = readFileSync(join(folder, 'package.json'), 'utf8');
    return { folder, version: /"version": *"([^"]*)"/.exec(text)?.[1] ?? 'unknown' };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : { folder, version: 'unknown' };
  }
}

/** The prebuilt one, otherwise one that was compiled there. */
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
      if (isCut(file)) throw new Error(`${file} is truncated`);
      return open(file);
    } catch (cause) {
      problem = { what: 'does not load', folder, version: inlined, cause };
    }
  }
  throw addonProblem(problem ?? { what: 'no file', folder, version: inlined, target: `${platform}-${arch}` });
}

/** What `require` does with it, without what it does for scripts. */
function open(file: string): object {
  const module: { exports: object } = { exports: {} };
  process.dlopen(module, toNamespacedPath(file));
  return module.exports;
}

/** The names of the files in the package. */
function currentTarget(): { platform: string; arch: string } {
  const { platform, arch } = process;
  return { platform: platform === 'linux' && isMusl(arch) ? 'linuxmusl' : platform, arch };
}

/**
 * Whether this process runs on musl. The loader of musl has one path per ABI: if that is missing, which is one look-up,
 * it is not musl. If it is present, there may be another C library too, and the memory mappings decide.
 */
function isMusl(arch: string): boolean {
  if (!existsSync(`/lib/ld-musl-${arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`)) return false;
  try {
    return /\/ld-musl-[^/\s]*\.so/.test(readFileSync('/proc/self/maps', 'latin1'));
  } catch {
    return true;
  }
}

/** The linker maps a truncated library without an error, and the process crashes at the first access beyond its end. */
function isCut(file: string): boolean {
  const head = Buffer.alloc(64);
  const descriptor = openSync(file, 'r');
  try {
    const read = readSync(descriptor, head);
    const isElf64 = read === 64 && head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2 && head[5] === 1;
    if (!isElf64) return false;
    // The section table is the last thing in the file.
    const end = Number(head.readBigUInt64LE(40)) + head.readUInt16LE(58) * head.readUInt16LE(60);
    return fstatSync(descriptor).size < end;
  } finally {
    closeSync(descriptor);
  }
}

/** The part of a statement that we use. Its parameters are given by position, or by name in one object. */
export interface Statement<Values extends unknown[] = unknown[], Row = unknown> {
  /** Whether it returns rows. */
  readonly reader: boolean;
  /** Whether an iterator of it is active. */
  readonly busy: boolean;
  run(...values: Values): { changes: number; lastInsertRowid: number | bigint };
  get(...values: Values): Row | undefined;
  all(...values: Values): Row[];
  iterate(...values: Values): IterableIterator<Row>;
  /** From here on, rows are returned as their first value only. */
  pluck(on?: boolean): Statement<Values, Row>;
  /** From here on, rows are returned as lists of values. */
  raw(on?: boolean): Statement<Values, Row>;
}

/** The part of an SQLite connection that we use, for any driver. Its errors have a `code` with SQLite's name. */
export interface Database {
  /** The path that was opened. */
  readonly name: string;
  readonly inTransaction: boolean;
  prepare<Values extends unknown[] = unknown[], Row = unknown>(sql: string): Statement<Values, Row>;
  exec(sql: string): unknown;
  pragma(sql: string, how?: { simple?: boolean }): unknown;
  function(name: string, work: (...values: unknown[]) => unknown): unknown;
  serialize(): Buffer;
  close(): unknown;
}

export interface HowToOpen {
  readonly readonly?: boolean;
  /** How long SQLite itself waits for a lock. */
  readonly timeoutMs?: number;
}

/** The SQLite driver of this process. */
export interface Driver {
  /** Opens a file by its path, `:memory:`, or the bytes of a whole file. */
  open(place: string | Buffer, how?: HowToOpen): Database;
  /** Why Node's own SQLite is used instead of the addon; null if the addon is used. */
  readonly instead: DeploytrackError | null;
}

/**
 * The driver of this process, chosen for its first ledger: two SQLite libraries in one process release each other's
 * locks, and an upgrade may change what is installed while a server runs. All bundles share it.
 */
const decided = Symbol.for('deploytrack.sqlite');
type Decision =
  | { readonly addon: object }
  | { readonly instead: DeploytrackError; readonly sqlite: NodeSqlite };

/**
 * The addon, otherwise the SQLite of this Node if it has everything we need. Throws ADDON_MISSING if there is neither.
 */
export function loadDriver(): Driver {
  const shared = globalThis as { [decided]?: Decision };
  shared[decided] ??= decide();
  const decision = shared[decided];
  if ('sqlite' in decision) {
    const { sqlite, instead } = decision;
    return {
      open: (place, { readonly = false, timeoutMs = 5000 } = {}) =>
        openByNode(sqlite, { place, readonly, timeoutMs }),
      instead,
    };
  }
  const nativeBinding = decision.addon as never;
  return {
    open: (place, { readonly = false, timeoutMs: timeout = 5000 } = {}) =>
      new SqliteDatabase(place, { nativeBinding, readonly, timeout }),
    instead: null,
  };
}

function decide(): Decision {
  try {
    return { addon: loadAddon() };
  } catch (error) {
    const isMissing = error instanceof DeploytrackError && error.code === 'ADDON_MISSING';
    const sqlite = isMissing ? nodeSqlite() : null;
    if (sqlite === null) throw error;
    return { instead: error as DeploytrackError, sqlite };
  }
}

export function sqliteVersion(driver: Driver): string {
  const memory = driver.open(':memory:');
  try {
    return memory.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '';
  } finally {
    memory.close();
  }
}

/** The version of Node-API that the SQLite addon needs: Node 22.14, 23.6, and every later major version. */
const neededApi = 10;

/** The oldest Node that can open the ledger, as shown to users. */
const neededNode = '22.14';

/** Whether this Node would crash in the addon (a segmentation fault that no `try` catches) instead of loading it. */
function nodeIsTooOld(): boolean {
  return !(Number(process.versions.napi) >= neededApi);
}
