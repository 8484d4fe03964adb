import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { DeploytrackError } from '../../errors.ts';
import { shellWord } from '../../shellWord.ts';

/** The native part, by its one known place; the library's own search costs more than opening the ledger. */
export function loadAddon(): object {
  try {
    const file = require.resolve('better-sqlite3/build/Release/better_sqlite3.node');
    if (isCut(file)) throw new Error(`${file} is cut`);
    return keepAlive(require('better-sqlite3/build/Release/better_sqlite3.node') as Addon);
  } catch (cause) {
    throw new DeploytrackError({
      code: 'ADDON_MISSING',
      message: `SQLite's native addon cannot be loaded by Node ${process.version}: ${firstLine(cause)}`,
      hint: cure(),
      cause,
    });
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

/** What brings it, from any folder and whatever npm is told about scripts: the package's own way of being installed. */
function cure(): string {
  try {
    const folder = dirname(require.resolve('better-sqlite3/package.json'));
    return `npm run install --prefix ${shellWord(folder)}`;
  } catch {
    return 'its package better-sqlite3 is missing: install deploytrack again, where it is installed';
  }
}

interface Addon {
  Database: new (...words: unknown[]) => { prepare(...words: unknown[]): unknown };
  Statement: { prototype: { iterate(...words: unknown[]): unknown } };
  kept?: unknown[];
}

/**
 * Node 24.19 and later 24s abort when a connection, a statement or an iterator is collected whose addon was compiled
 * against their headers (nodejs/node#65446): there they live as long as the process, which is short.
 */
function keepAlive(addon: Addon): Addon {
  if (addon.kept !== undefined || !process.version.startsWith('v24.')) return addon;
  const kept: unknown[] = [];
  const native = addon.Database;
  const { prepare } = native.prototype as InstanceType<typeof native>;
  const keep = <Kept>(one: Kept): Kept => {
    kept.push(one);
    return one;
  };
  native.prototype.prepare = function (...words: unknown[]) {
    return keep(prepare.apply(this, words));
  };
  const statement = addon.Statement.prototype;
  const { iterate } = statement;
  statement.iterate = function (...words: unknown[]) {
    return keep(iterate.apply(this, words));
  };
  addon.kept = kept;
  addon.Database = new Proxy(native, {
    construct: (target, words) => keep(Reflect.construct(target, words, target)),
  });
  return addon;
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
}

export type Database = BetterSqlite3.Database;
