import { type Database, loadDriver } from './addon.ts';
import { firstSchemaSql } from './schema.ts';
import { schemaSteps } from './schemaSteps.ts';
import { applicationId, schemaVersion } from './schemaVersion.ts';
import { storeTriggers } from './storeTables.ts';

interface Row {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

const rowsSql =
  'SELECT type, lower(name) AS name, lower(tbl_name) AS "table", sql FROM sqlite_master WHERE sql IS NOT NULL';

/**
 * The trigger, view, table or index that another program has added to the ledger or changed there, by its type and
 * name; null if there is none. It would run with each mark, for as long as it likes, or reject it. Unrelated tables are
 * allowed.
 */
export function strangeProgram(database: Database): string | null {
  if (isNewer(database)) return null; // refused by its version
  const found = database.prepare<unknown[], Row>(rowsSql).all();
  if (found.length === 0) return null;
  const own = ownRows({ withStore: found.some(({ name }) => name.endsWith('_for_store')) });
  const tables = new Set(own.map(({ table }) => table));
  const texts = new Set(own.map(textOf));
  const isOfOurs = ({ type, name, table }: Row) =>
    type === 'trigger' || type === 'view' || tables.has(table) || tables.has(name);
  const strange = found.find((row) => isOfOurs(row) && !texts.has(textOf(row)));
  if (strange !== undefined) return `${strange.type} ${JSON.stringify(strange.name)}`;
  return tied(database, tables);
}

function isNewer(database: Database): boolean {
  const version = database.pragma('user_version', { simple: true }) as number;
  return version > schemaVersion && database.pragma('application_id', { simple: true }) === applicationId;
}

function textOf({ type, name, table, sql }: Row): string {
  return JSON.stringify([type, name, table, sql]);
}

/** The objects of each version of the schema: an older ledger is opened before it is migrated. */
function ownRows({ withStore }: { withStore: boolean }): Row[] {
  const memory = loadDriver().open(':memory:');
  try {
    return [firstSchemaSql, ...schemaSteps, ...(withStore ? [storeTriggers] : [])].flatMap((step) => {
      memory.exec(step);
      return memory.prepare<unknown[], Row>(rowsSql).all();
    });
  } finally {
    memory.close();
  }
}

/** A table that references one of ours can prevent writes to it. SQLite itself rejects inconsistent rows. */
function tied(database: Database, tables: ReadonlySet<string>): string | null {
  const found = database
    .prepare(`SELECT m.name FROM sqlite_master m, pragma_foreign_key_list(m.name) f
      WHERE m.type = 'table' AND lower(f."table") IN (SELECT value FROM json_each(?))`)
    .pluck()
    .get(JSON.stringify([...tables]));
  return found === undefined ? null : `table ${JSON.stringify(found)}`;
}
