// generate-dashboards.mjs [--check]: writes examples/monitoring/grafana/{dashboards,store/dashboards}/*.json from
// src/monitoring/dashboards; with --check it changes nothing and exits with 1 if a file is outdated, missing
// or additional.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const grafana = `${root}examples/monitoring/grafana`;
const { metricDashboards, rowDashboards } = load();
const wanted = new Map([
  ...textsOf(metricDashboards(), 'dashboards'),
  // Not for a Grafana that has no PostgreSQL.
  ...textsOf(rowDashboards(), 'store/dashboards'),
]);

const found = ['dashboards', 'store/dashboards'].flatMap((folder) => {
  mkdirSync(`${grafana}/${folder}`, { recursive: true });
  return readdirSync(`${grafana}/${folder}`).map((name) => `${folder}/${name}`);
});
const stale = [...wanted].filter(([name, text]) => !found.includes(name) || read(name) !== text);
const nobodys = found.filter((name) => !wanted.has(name));

if (!process.argv.includes('--check')) {
  for (const [name, text] of stale) writeFileSync(`${grafana}/${name}`, text);
  for (const name of nobodys) rmSync(`${grafana}/${name}`);
} else if (stale.length + nobodys.length > 0) {
  const names = [...stale.map(([name]) => name), ...nobodys].join(', ');
  console.error(`stale: ${names}; node scripts/generate-dashboards.mjs brings them up to date`);
  process.exitCode = 1;
}

function read(name) {
  return readFileSync(`${grafana}/${name}`, 'utf8');
}

function textsOf(boards, folder) {
  return Object.entries(boards).map(([name, board]) => [
    `${folder}/${name}`,
    `${JSON.stringify(board, null, 2)}\n`,
  ]);
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
