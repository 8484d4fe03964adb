// readme-tables.mjs [--check]: rewrites the parts of README.md and docs/ that are made from the code; with --check it
// changes nothing and exits 1 where a part is stale.
import './needsNode.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { alertsTable, runbook } from './alertsText.mjs';
import { loadSources } from './loadSources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { catalogue, commandWords, publicSql } = loadSources(`
  export { catalogue } from './src/metrics/catalogue.ts';
  export { commandWords } from './src/words/words.ts';
  export { publicSql } from './src/ledger/file/schema.ts';
`);

const documents = {
  'README.md': {
    ledger: ledgerTable,
    commands: commandsTable,
    options: optionsList,
    alerts: alertsTable,
    runbook,
  },
  'docs/metrics.md': { metrics: metricsTable },
};
for (const [name, parts] of Object.entries(documents)) {
  const before = readFileSync(`${root}${name}`, 'utf8');
  const after = Object.entries(parts).reduce(replacePart, before);
  if (!process.argv.includes('--check')) writeFileSync(`${root}${name}`, after);
  else if (after !== before) {
    console.error(`${name} is stale: node scripts/readme-tables.mjs brings it up to date`);
    process.exitCode = 1;
  }
}

function replacePart(text, [name, table]) {
  const form = new RegExp(`(<!-- generated: ${name} -->\n)[\\s\\S]*?(<!-- /generated -->)`);
  if (!form.test(text)) throw new Error(`there is no part "${name}"`);
  return text.replace(form, (_, begin, end) => `${begin}${table()}\n${end}`);
}

/** The public tables: everything up to the first one that is ours. */
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

function commandsTable() {
  return table(
    ['command', 'does'],
    words().map((word) => [code(usage(word)), word.help]),
  );
}

function usage({ name, operands, wraps, takesCommand }) {
  const own = operands.map((operand) => (operand.required ? `<${operand.name}>` : `[${operand.name}]`));
  const command = wraps
    ? name === 'rollback'
      ? ['[-- <command…>]']
      : ['-- <command…>']
    : takesCommand
      ? ['[-- <command…>]']
      : [];
  return [name, ...own, ...command].join(' ');
}

/** Each option once, with all the words that take it; those of every word come last. */
function optionsList() {
  const takers = new Map();
  for (const word of words()) {
    for (const option of word.options)
      takers.set(optionText(option), [...(takers.get(optionText(option)) ?? []), word.name]);
  }
  const groups = new Map();
  for (const [option, names] of takers) {
    const key = names.length === words().length ? 'all' : names.join(', ');
    groups.set(key, [...(groups.get(key) ?? []), option]);
  }
  const last = ([key]) => (key === 'all' ? 1 : 0);
  return [...groups]
    .sort((one, other) => last(one) - last(other))
    .map(([key, options]) => `- **${key}**: ${options.join('; ')}`)
    .join('\n');
}

function optionText({ name, value, help }) {
  const form =
    value === undefined ? `--${name}` : value.startsWith('[') ? `--${name} ${value}` : `--${name} <${value}>`;
  return `${code(form)} ${help.replaceAll('<', '&lt;')}`;
}

function words() {
  return commandWords.filter((word) => word.hidden !== true);
}

function code(text) {
  return `\`${text}\``;
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
