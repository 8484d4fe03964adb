import type BetterSqlite3 from 'better-sqlite3';
import { DeploytrackError } from '../../errors.ts';

/** The native part, by its one known place; the library's own search costs more than opening the ledger. */
export function loadAddon(): object {
  try {
    return keepAlive(require('better-sqlite3/build/Release/better_sqlite3.node') as Addon);
  } catch (cause) {
    throw new DeploytrackError({
      code: 'ADDON_MISSING',
      message: `SQLite's native addon cannot be loaded by Node ${process.version}: ${firstLine(cause)}`,
      hint: 'npm rebuild better-sqlite3, or npm install -g --allow-scripts=better-sqlite3 deploytrack',
      cause,
    });
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
