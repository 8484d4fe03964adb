import SqliteDatabase from 'better-sqlite3';
import { loadSources } from './loadSources.mjs';

const { schemaSql } = loadSources("export { schemaSql } from './src/ledger/file/schema.ts';");

const head = `// Made from the schema by scripts/generate-rows.mjs: change that, or src/ledger/file, and run \`npm run generate\`.

/**
 * Columns of one table as a statement names them: \`Selected<'groups', { deliveredSeq: 'delivered_seq' }>\` is what
 * \`SELECT delivered_seq AS deliveredSeq FROM groups\` gives.
 */
export type Selected<Table extends keyof Rows, Names extends Readonly<Record<string, keyof Rows[Table]>>> = {
  readonly [Name in keyof Names]: Rows[Table][Names[Name]];
};

/** A row of each table, as SQLite gives it. */
`;

const types = { INTEGER: 'number', REAL: 'number', TEXT: 'string', BLOB: 'Buffer' };

/** The expected content of src/ledger/rows.ts. */
export function rowsText() {
  const database = new SqliteDatabase(':memory:');
  database.exec(schemaSql);
  const tables = database
    .prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )
    .all();
  const rows = tables.map(
    ({ name, sql }) => `  readonly ${name}: {\n${columns(database, { name, sql })}  };\n`,
  );
  database.close();
  return `${head}export interface Rows {\n${rows.join('')}}\n`;
}

function columns(database, { name: table, sql }) {
  const hasRowid = !/WITHOUT ROWID\s*$/i.test(sql);
  return database
    .pragma(`table_info(${table})`)
    .map(({ name, type, notnull, pk }) => {
      if (types[type] === undefined)
        throw new Error(`${table}.${name} is ${type}: no type is known for that`);
      const [, words] = new RegExp(`CHECK \\(${name} IN \\(([^)]*)\\)\\)`).exec(sql) ?? [];
      const value = words === undefined ? types[type] : words.split(', ').join(' | ');
      // A key is never null if it is the row's own number, or if the table has no other key.
      const isNeeded = notnull === 1 || (pk > 0 && (!hasRowid || type === 'INTEGER'));
      return `    readonly ${name}: ${value}${isNeeded ? '' : ' | null'};\n`;
    })
    .join('');
}
