// readme-tables.mjs [--check]: rewrites the generated parts of docs/; with --check it changes nothing and
// exits with 1 if a part is outdated.
import './needsNode.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { alertsTable, runbook } from './alertsText.mjs';
import { commandSections, commandsIndex, commonOptions } from './docs/commandsPage.mjs';
import { faultsTable } from './docs/faultsTable.mjs';
import { code, table } from './docs/markdown.mjs';
import { secretsTable, settingsTable } from './docs/settingsTable.mjs';
import { loadSources } from './loadSources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { catalogue, checks, publicSql } = loadSources(`
  export { checks } from './src/doctor/checks.ts';
  export { catalogue } from './src/metrics/catalogue.ts';
  export { publicSql } from './src/ledger/file/schema.ts';
`);

const documents = {
  'docs/doctor.md': { checks: checksTable },
  'docs/commands.md': { index: commandsIndex, commands: commandSections, common: commonOptions },
  'docs/settings.md': { settings: settingsTable, secrets: secretsTable },
  'docs/ledger.md': { ledger: ledgerTable },
  'docs/alerts.md': { alerts: alertsTable, runbook },
  'docs/metrics.md': { metrics: metricsTable },
  'docs/faults.md': { faults: faultsTable },
};
for (const [name, parts] of Object.entries(documents)) {
  const before = readFileSync(`${root}${name}`, 'utf8');
  const after = Object.entries(parts).reduce(replacePart, before);
  if (!process.argv.includes('--check')) writeFileSync(`${root}${name}`, after);
  else if (after !== before) {
    console.error(`${name} is stale: run \`node scripts/readme-tables.mjs\` to update it`);
    process.exitCode = 1;
  }
}

function replacePart(text, [name, table]) {
  const form = new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- /generated -->)`);
  if (!form.test(text)) throw new Error(`there is no part "${name}"`);
  return text.replace(form, (_, begin, end) => `${begin}${table()}\n${end}`);
}

/** The checks of `doctor`, in their order. */
function checksTable() {
  return table(
    ['check', 'what is checked'],
    checks.map(({ name, title }) => [code(name), title]),
  );
}

/** The public tables: everything up to the first private one. */
function ledgerTable() {
  const Database = createRequire(import.meta.url)('better-sqlite3');
  const database = new Database(':memory:');
  database.exec(publicSql);
  const names = database
    .prepare(
      "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    )
    .pluck()
    .all();
  const rows = names.map((name) => [
    code(name),
    database
      .pragma(`table_info(${name})`)
      .map((column) => code(column.name))
      .join(', '),
  ]);
  database.close();
  return table(['table', 'columns'], rows);
}

function metricsTable() {
  const rows = catalogue.map((family) => [
    code(family.name),
    family.type,
    family.labels.map(labelText).join('; '),
    family.unit ?? '',
    what(family),
    family.source,
  ]);
  return table(['metric', 'type', 'labels', 'unit', 'what', 'counts or shows'], rows);
}

function what({ type, help, buckets }) {
  return type === 'histogram' ? `${help} Bounds: ${buckets.join(', ')}` : help;
}

function labelText({ name, vocabulary }) {
  if (vocabulary.kind === 'closed') return `${code(name)}: ${vocabulary.values.join(', ')}`;
  return vocabulary.kind === 'declared' ? `${code(name)}: declared, at most ${vocabulary.cap}` : code(name);
}
