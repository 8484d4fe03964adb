// Exits with 0 if node_modules matches package-lock.json and the addon loads in this Node, otherwise with 1.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const root = new URL('../', import.meta.url);

function locked(file) {
  return JSON.parse(readFileSync(new URL(file, root), 'utf8')).packages;
}

function matchesTheLock() {
  const installed = locked('node_modules/.package-lock.json');
  return Object.entries(locked('package-lock.json')).every(
    ([folder, wanted]) =>
      folder === '' ||
      (installed[folder] ? installed[folder].version === wanted.version : wanted.optional === true),
  );
}

/** Checked first, because the addon crashes an older Node. */
function addonLoads() {
  if (!(Number(process.versions.napi) >= 10)) return false;
  const Database = createRequire(root)('better-sqlite3');
  return new Database(':memory:').prepare('SELECT 1').pluck().get() === 1;
}

try {
  process.exitCode = matchesTheLock() && addonLoads() ? 0 : 1;
} catch {
  process.exitCode = 1;
}
