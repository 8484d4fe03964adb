import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sendBudgetMs } from '../src/commands/sending/send.ts';
import { schemaSql } from '../src/ledger/file/schema.ts';
import { catalogue } from '../src/metrics/catalogue.ts';
import { settingNames, settingTable } from '../src/settings/table.ts';
import { commandWords } from '../src/words/words.ts';
import { powershell } from './examples/powershell.ts';
import { checked, code, has, invocations, of, readme, root, spans, tempFile } from './readme/document.ts';
import { newProgram } from './support/program.ts';

const words = commandWords.filter((word) => word.hidden !== true);
const families = catalogue.map((family) => family.name);
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

test('the parts that are made from the code are up to date', () => {
  checked(process.execPath, [join(root, 'scripts/readme-tables.mjs'), '--check']);
});

describe('commands and options', () => {
  test.each(words)('$name stands in the table of commands, its options below it', ({ name, options }) => {
    expect(readme).toMatch(new RegExp(`^\\| \`${name}[ \`]`, 'm'));
    const missing = options.filter(
      (option) => !spans.some((span) => new RegExp(`^--${option.name}( |$)`).test(span)),
    );
    expect(missing).toEqual([]);
  });

  test('nothing is called that does not exist, with no option that it does not take', () => {
    const unknown = invocations().flatMap(({ word, options }) => {
      const found = words.find((one) => one.name === word);
      if (found === undefined) return [word];
      const taken = found.options.map((option) => `--${option.name}`);
      return options.filter((option) => !taken.includes(option)).map((option) => `${word} ${option}`);
    });
    expect(unknown).toEqual([]);
    expect(invocations().length).toBeGreaterThan(words.length);
  });

  test('no option is named in the text that no command takes', () => {
    const foreign = ['--storage.tsdb.retention.time', '--persistence.interval'];
    const known = new Set([
      ...words.flatMap((word) => word.options.map((option) => `--${option.name}`)),
      ...foreign,
    ]);
    const named = spans.flatMap((span) => span.match(/^--[a-z][a-z.-]*/g) ?? []);
    expect(named.filter((option) => !known.has(option))).toEqual([]);
  });
});

describe('settings', () => {
  const rows = readme.split('\n').filter((line) => line.startsWith('| '));

  test.each(settingNames)('--%s stands in the table with its variable and a default', (name) => {
    const row = rows.find(
      (line) => line.startsWith(`| \`--${name}\``) && line.includes(`\`${settingTable[name].variable}`),
    );
    const [, , , fallback = ''] =
      (row ?? '').split(' | ').length === 3 ? ['', ...(row ?? '').split(' | ')] : [];
    expect(fallback).toMatch(/[a-z0-9]/);
    const said = words[0]?.options.find((option) => option.name === name)?.help.match(/\((\d+\w+)\)$/)?.[1];
    expect(fallback).toContain(said ?? '');
  });

  test('the time for the gateway is the one of the code', () => {
    const row = rows.find((line) => line.startsWith('| `--gateway-timeout`'));
    expect(row?.match(/`\d+m?s`/g)).toEqual([
      `\`${sendBudgetMs.mark}ms\``,
      `\`${sendBudgetMs.bracket / 1000}s\``,
      `\`${sendBudgetMs.push / 1000}s\``,
    ]);
  });

  test('the variables are those that the code reads', () => {
    // `run` says its own id to its children; DEBUG is for reports of faults.
    const own = ['DEPLOYTRACK_RUN', 'DEPLOYTRACK_DEBUG'];
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const inCode = sources.flatMap(
      (name) => readFileSync(join(root, 'src', name), 'utf8').match(/\bDEPLOYTRACK_[A-Z_]*[A-Z]\b/g) ?? [],
    );
    const secrets = ['USERNAME', 'PASSWORD', 'TOKEN', 'CA', 'HEADERS'].map(
      (name) => `DEPLOYTRACK_GATEWAY_${name}`,
    );
    const inReadme = (readme.match(/\bDEPLOYTRACK_[A-Z_]*[A-Z]\b/g) ?? []).filter(
      (name) => !secrets.includes(name.replace(/_FILE$/, '')),
    );
    expect(sorted(inReadme)).toEqual(sorted(inCode).filter((name) => !own.includes(name)));
    expect(secrets.filter((name) => !spans.includes(name))).toEqual([]);
  });

  test('the example of a settings file is read without a word', async () => {
    const example = of('yaml').find((text) => text.includes('declare:')) ?? '';
    const program = newProgram();
    writeFileSync(join(program.folder, 'deploytrack.yaml'), example);
    const { code: exit, stdout, stderr } = await program.run(['doctor']);
    expect([exit, stderr]).toEqual([0, '']);
    for (const [key, value] of Object.entries(parse(example) as Record<string, unknown>)) {
      if (key !== 'declare')
        expect(stdout).toMatch(new RegExp(`^${key} +${value} .*deploytrack.yaml: ${key}$`, 'm'));
    }
  });
});

describe('metrics', () => {
  test('the table has every metric that is families and no other', () => {
    const text = readFileSync(join(root, 'docs/metrics.md'), 'utf8');
    const part = text.match(/<!-- generated: metrics -->([\s\S]*?)<!-- \/generated -->/)?.[1] ?? '';
    expect([...part.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(families);
  });

  test('the queries ask for metrics that exist', () => {
    const asked = of('promql').join('\n');
    const names =
      asked.replaceAll(/#.*|\b(?:on|by|group_left) \([^)]*\)/g, '').match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? [];
    const parts = (name: string) => [name, name.replace(/_(bucket|sum|count)$/, '')];
    const functions = ['histogram_quantile', 'group_left'];
    expect(
      names.filter(
        (name) => !functions.includes(name) && !parts(name).some((part) => families.includes(part)),
      ),
    ).toEqual([]);
    expect(names.length).toBeGreaterThan(10);
  });

  test.skipIf(!has('promtool'))('Prometheus takes the scrape configuration and the queries', () => {
    const [scrape = ''] = of('yaml').filter((text) => text.startsWith('scrape_configs:'));
    checked('promtool', ['check', 'config', tempFile('prometheus.yml', scrape)]);
    const queries = of('promql')
      .join('\n')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const recorded = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
    checked('promtool', [
      'check',
      'rules',
      tempFile('queries.yml', JSON.stringify({ groups: [{ name: 'queries', rules: recorded }] })),
    ]);
    expect(queries.length).toBeGreaterThan(5);
  });
});

describe('examples', () => {
  test.each(of('bash'))('bash reads %j', (text) => {
    checked('bash', ['-n', tempFile('example.sh', text)]);
  });

  test.skipIf(!has('shellcheck')).each(of('bash'))('shellcheck has nothing to say of %j', (text) => {
    checked('shellcheck', ['--shell=bash', tempFile('example.sh', text)]);
  });

  test.skipIf(powershell === undefined).each(of('powershell'))('PowerShell reads %j', (text) => {
    const file = tempFile('example.ps1', text);
    const script = `$faults = $null; [void][Management.Automation.Language.Parser]::ParseFile('${file}', [ref]$null, [ref]$faults); "$faults"`;
    const words = ['-NoProfile', '-NonInteractive', '-Command', script];
    expect(
      execFileSync(powershell ?? '', words, {
        encoding: 'utf8',
        env: { ...process.env, HOME: tmpdir() },
      }).trim(),
    ).toBe('');
  });

  test('JSON and YAML can be read', () => {
    for (const text of of('json')) JSON.parse(text);
    expect(of('yaml').map((text) => typeof parse(text))).toEqual(of('yaml').map(() => 'object'));
  });

  test.each(of('sql'))('SQLite answers %j', (text) => {
    const database = new Database(':memory:');
    database.exec(schemaSql);
    const statements = text.split(/;\s*/).filter((statement) => statement !== '');
    expect(statements.map((statement) => database.prepare(statement).all())).toEqual(
      statements.map(() => expect.any(Array)),
    );
    database.close();
  });
});

describe('links', () => {
  const linked = [...readme.matchAll(/\]\(([^)#]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target));
  const named = code.flatMap((text) => text.match(/(?<![\w/.])(?:scripts|examples)\/[\w./-]*\w/g) ?? []);

  test.each(sorted([...linked, ...named]))('%s is there', (target) => {
    expect(existsSync(join(root, target))).toBe(true);
  });

  test('the scripts that are named can be run', () => {
    const scripts = sorted([...linked, ...named]).filter((target) => /(\.sh|^scripts\/\w+)$/.test(target));
    expect(scripts).toEqual(expect.arrayContaining(['examples/deploy.sh', 'scripts/demo', 'scripts/test']));
    for (const script of scripts) expect(() => accessSync(join(root, script), constants.X_OK)).not.toThrow();
  });

  test('the headings that are linked are there', () => {
    const slugs = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    const anchors = [...readme.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    expect(anchors.filter((anchor) => !slugs.includes(anchor))).toEqual([]);
    expect(anchors).not.toEqual([]);
  });
});
