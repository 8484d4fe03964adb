import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { acceptedOptions } from '../src/cli/define/readInput.ts';
import { sendBudgets, settingNames, settingOf } from '../src/cli/define/settings.ts';
import { commandTable } from '../src/cli/table/commands.ts';
import { schemaSql } from '../src/ledger/file/schema.ts';
import { schemaVersion } from '../src/ledger/file/schemaVersion.ts';
import { catalogue } from '../src/metrics/catalogue.ts';
import { alerts } from '../src/monitoring/rules/alerts/alerts.ts';
import { blocksIn, checked, has, page, readme, root, spans, tempFile } from './readme/document.ts';
import { because } from './support/because.ts';
import { newProgram } from './support/program.ts';

/** README.md, and the pages of docs/ that are generated from the code or must match it. */
const commands = commandTable.filter(({ hidden }) => hidden !== true);
const families = catalogue.map((family) => family.name);
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
const generated = (name: string, part: string) =>
  page(name).text.match(new RegExp(`<!-- generated: ${part} -->([\\s\\S]*?)<!-- /generated -->`))?.[1] ?? '';

test('the generated parts of docs/ are up to date', () => {
  checked(process.execPath, [join(root, 'scripts/readme-tables.mjs'), '--check']);
});

describe('README.md', () => {
  test('the README has at most 250 lines and 16 kB', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(250);
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(16_000);
  });

  test('the README installs, records and shows a deployment within its first 80 lines', () => {
    const first = readme.split('\n').slice(0, 80).join('\n');
    for (const line of [
      'npm install -g deploytrack',
      'deploytrack start ',
      'deploytrack phase run restart -- ',
      'deploytrack show',
      'PHASE      TIME',
    ])
      expect(first).toContain(line);
    expect(first.match(/^- \*\*/gm)).toHaveLength(8);
  });

  test('the README has the right numbers of metrics and alerts', () => {
    expect(readme).toContain(`${families.length} metrics`);
    expect(readme).toContain(`${alerts.length} alerts`);
  });
});

describe('Commands and options', () => {
  const sections = new Map(
    generated('docs/commands.md', 'commands')
      .split(/^### /m)
      .map((section) => [section.split('\n')[0] ?? '', section]),
  );
  const common = generated('docs/commands.md', 'common');

  test.each(commands)('$name has a section with its options, and a row in the list', (command) => {
    const { name } = command;
    expect(generated('docs/commands.md', 'index')).toContain(`| [\`${name}\`](#`);
    const section = `${sections.get(name)}\n${common}`;
    expect(
      acceptedOptions(command).filter(
        ([option]) => !new RegExp(`^\\| \`--${option}[ \`]`, 'm').test(section),
      ),
    ).toEqual([]);
  });

  test('every section of docs/commands.md belongs to an existing command', () => {
    expect(sorted([...sections.keys()].filter((name) => name !== ''))).toEqual(
      sorted(commands.map(({ name }) => name)),
    );
  });

  test('every option named in the documentation exists', () => {
    const foreign = [
      '--storage.tsdb.retention.time',
      '--persistence.file',
      '--persistence.interval',
      '--prefix',
      '--runs', // of scripts/bench
      '--jitless', // of Node
      '--stack-size',
      '--db-password',
      '--src-creds',
      '--at', // of the lines that `--marks` reads
    ];
    const known = new Set([
      ...commands.flatMap((command) => acceptedOptions(command).map(([name]) => `--${name}`)),
      ...foreign,
    ]);
    const named = spans.flatMap((span) => span.match(/^--[a-z][a-z.-]*/g) ?? []);
    expect(named.filter((option) => !known.has(option))).toEqual([]);
    expect(named.length).toBeGreaterThan(100);
  });
});

describe('Settings', () => {
  const { text, spans: named } = page('docs/settings.md');
  const rows = text.split('\n').filter((line) => line.startsWith('| '));

  test.each(settingNames)('--%s is in the table of settings with its variable and a default', (name) => {
    const row = rows.find(
      (line) => line.startsWith(`| \`--${name}\``) && line.includes(`\`${settingOf(name).variable}`),
    );
    const fallback = row?.split(' | ')[3] ?? '';
    expect(fallback).toMatch(/[a-z0-9]/);
    expect(fallback).toContain(settingOf(name).default ?? '');
  });

  test('the documented gateway timeouts match the code', () => {
    const row = rows.find((line) => line.startsWith('| `--gateway-timeout`'));
    expect(row?.match(/`\d+m?s`/g)).toEqual([
      `\`${sendBudgets.mark}\``,
      `\`${sendBudgets.bracket}\``,
      `\`${sendBudgets.push}\``,
    ]);
  });

  test('the documented variables are those that the code reads', () => {
    // `run` passes its own ID to its children, `--marks` that it reads, a shell that it writes marks; DEBUG is for bug reports.
    const own = ['DEPLOYTRACK_RUN', 'DEPLOYTRACK_MARKS', 'DEPLOYTRACK_SHELL', 'DEPLOYTRACK_DEBUG'];
    // `--rollback` passes them to its command.
    own.push('DEPLOYTRACK_PREVIOUS_VERSION', 'DEPLOYTRACK_ROLLBACK_REASON', 'DEPLOYTRACK_ROLLING_BACK');
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const inCode = sources.flatMap(
      (name) => readFileSync(join(root, 'src', name), 'utf8').match(/\bDEPLOYTRACK_[A-Z_]*[A-Z]\b/g) ?? [],
    );
    const gateway = ['USERNAME', 'PASSWORD', 'TOKEN', 'CA', 'HEADERS'].map(
      (name) => `DEPLOYTRACK_GATEWAY_${name}`,
    );
    const webhooks = ['GITHUB_SECRET', 'GITLAB_TOKEN', 'GENERIC_SECRET'].map(
      (name) => `DEPLOYTRACK_WEBHOOK_${name}`,
    );
    const built = [...gateway, ...webhooks];
    const inTable = (text.match(/\bDEPLOYTRACK_[A-Z_]*[A-Z]\b/g) ?? [])
      .map((name) => name.replace(/_FILE$/, ''))
      .filter((name) => !built.includes(name));
    const read = inCode.map((name) => name.replace(/_FILE$/, '')).filter((name) => !built.includes(name));
    expect(sorted(inTable)).toEqual(sorted(read).filter((name) => !own.includes(name)));
    expect(built.filter((name) => !named.includes(name))).toEqual([]);
  });

  test('the example of a settings file is read without a warning', async () => {
    const [{ text = '' } = {}] = blocksIn('yaml', [page('docs/settings.md')]);
    const example = text.replace('http://pushgateway:9091', 'http://127.0.0.1:1');
    expect(example).not.toBe(text);
    const program = newProgram();
    writeFileSync(join(program.folder, 'deploytrack.yaml'), example);
    const { stdout, stderr } = await program.run(['doctor']);
    // Its gateway does not exist here, which is the only problem.
    const problems = stdout.split('\n').filter((line) => line.startsWith('WRONG'));
    expect([problems, stderr]).toEqual([[expect.stringMatching(/cannot read the gateway http/)], '']);
    for (const [key, value] of Object.entries(parse(example) as Record<string, unknown>)) {
      if (key !== 'declare')
        expect(stdout).toMatch(new RegExp(`^${key} +${value} .*deploytrack.yaml: ${key}$`, 'm'));
    }
  });
});

test('troubleshooting.md names the schema version of the ledger', () => {
  expect(page('docs/troubleshooting.md').text).toContain(`| ${schemaVersion} is right.`);
});

describe('Metrics', () => {
  const queries = blocksIn('promql').map(({ text }) => text);

  test('the table of metrics lists exactly the metrics that are pushed', () => {
    const part = generated('docs/metrics.md', 'metrics');
    expect([...part.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(families);
  });

  test('the documented queries use existing metrics', () => {
    const names =
      queries
        .join('\n')
        .replaceAll(/#.*|\b(?:on|by|group_left) \([^)]*\)/g, '')
        .match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? [];
    const parts = (name: string) => [name, name.replace(/_(bucket|sum|count)$/, '')];
    const functions = ['histogram_quantile', 'group_left'];
    expect(
      names.filter(
        (name) => !functions.includes(name) && !parts(name).some((part) => families.includes(part)),
      ),
    ).toEqual([]);
    expect(names.length).toBeGreaterThan(10);
  });

  test.skipIf(because(!has('promtool'), 'no promtool'))(
    'Prometheus accepts the documented scrape configuration and queries',
    () => {
      const [scrape = ''] = blocksIn('yaml')
        .map(({ text }) => text)
        .filter((text) => text.startsWith('scrape_configs:'));
      checked('promtool', ['check', 'config', tempFile('prometheus.yml', scrape)]);
      const lines = queries
        .join('\n')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'));
      const recorded = lines.map((expr, index) => ({ record: `query:${index}`, expr }));
      checked('promtool', [
        'check',
        'rules',
        tempFile('queries.yml', JSON.stringify({ groups: [{ name: 'queries', rules: recorded }] })),
      ]);
      expect(lines.length).toBeGreaterThan(5);
    },
  );
});

/** In PostgreSQL's dialect: test/docsFleet and test/fleet/storeSql run these. */
const ofStore = ['docs/fleet.md', 'docs/store-sql.md'];

test.each(blocksIn('sql').filter(({ name }) => !ofStore.includes(name)))(
  'SQLite accepts the query of $name: $text',
  ({ text }) => {
    const database = new Database(':memory:');
    database.exec(schemaSql);
    const statements = text.split(/;\s*/).filter((statement) => statement !== '');
    expect(statements.map((statement) => database.prepare(statement).all())).toEqual(
      statements.map(() => expect.any(Array)),
    );
    database.close();
  },
);
