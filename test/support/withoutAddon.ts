import { nodeSqlite } from '../../src/ledger/file/nodeSqlite.ts';

// For the tests that run with Node's own SQLite: the addon does not load in this process, as where the system is too old.
if (nodeSqlite() === null) throw new Error(`the SQLite of Node ${process.version} does not serve`);
const load = process.dlopen;
process.dlopen = (module, file, ...flags) => {
  if (/better-sqlite3/.test(file)) throw new Error(`${file}: version \`GLIBC_2.34' not found`);
  return load(module, file, ...flags);
};
