// generate-dashboards.mjs [--check]: writes examples/monitoring/grafana/dashboards/*.json from
// src/monitoring/dashboards; with --check it changes nothing and exits with 1 if a file is outdated, missing
// or additional.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}examples/monitoring/grafana/dashboards`;
const wanted = new Map(
  Object.entries(load().allDashboards()).map(([name, board]) => [
    name,
    `${JSON.stringify(board, null, 2)}\n`,
  ]),
);

mkdirSync(folder, { recursive: true });
const found = readdirSync(folder);
const stale = [...wanted].filter(([name, text]) => !found.includes(name) || read(name) !== text);
const nobodys = found.filter((name) => !wanted.has(name));

if (!process.argv.includes('--check')) {
  for (const [name, text] of stale) writeFileSync(`${folder}/${name}`, text);
  for (const name of nobodys) rmSync(`${folder}/${name}`);
} else if (stale.length + nobodys.length > 0) {
  const names = [...stale.map(([name]) => name), ...nobodys].join(', ');
  console.error(`stale: ${names}; node scripts/generate-dashboards.mjs brings them up to date`);
  process.exitCode = 1;
}

function read(name) {
  return readFileSync(`${folder}/${name}`, 'utf8');
}

function load() {
  const { outputFiles } = buildSync({
    entryPoints: [`${root}src/monitoring/dashboards/all.ts`],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const module = { exports: {} };
  new Function('exports', 'require', 'module', outputFiles[0].text)(
    module.exports,
    createRequire(import.meta.url),
    module,
  );
  return module.exports;
}
