import { loadDriver } from '../../src/ledger/file/addon.ts';

// For the tests that run with Node's own SQLite: the addon does not load in this process, as on a system that
// is too old.
const load = process.dlopen;
process.dlopen = (module, file, ...flags) => {
  if (/better-sqlite3/.test(file)) throw new Error(`${file}: version \`GLIBC_2.34' not found`);
  return load(module, file, ...flags);
};
if (loadDriver().instead === null) throw new Error('the addon was loaded all the same');
