// generate-monitoring.mjs [--check]: writes the rules into examples/monitoring/rules; with --check it changes
// nothing and exits with 1 if a file is outdated.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSources } from './loadSources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { alertsFile, recordingGroups, noneChosen, rulesYaml } = loadSources(`
  export { alertsFile, recordingGroups } from './src/monitoring/rules/groups.ts';
  export { noneChosen } from './src/monitoring/rules/chosenThresholds.ts';
  export { rulesYaml } from './src/monitoring/rules/render.ts';
`);

const files = {
  'examples/monitoring/rules/recording.yml': rulesYaml(recordingGroups()),
  'examples/monitoring/rules/alerts.yml': rulesYaml(alertsFile(noneChosen)),
};
const stale = Object.entries(files).filter(([name, text]) => read(`${root}${name}`) !== text);
if (!process.argv.includes('--check')) for (const [name, text] of stale) write(`${root}${name}`, text);
else if (stale.length > 0) {
  console.error(
    `stale: ${stale.map(([name]) => name).join(', ')}: node scripts/generate-monitoring.mjs mends it`,
  );
  process.exitCode = 1;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
