import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { powershell, quietPowershell } from '../examples/powershell.ts';
import { root } from '../readme/document.ts';
import { takeApart } from '../readme/takeApart.ts';
import { noPowershell } from '../support/because.ts';

/** Every script, module and manifest, and every PowerShell block of a page. `src` has a template only. */
const paths = ['examples', 'shell', 'scripts', 'test', 'docs', 'README.md'].flatMap((name) =>
  name.endsWith('.md')
    ? [name]
    : readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((below) => `${name}/${below}`),
);
const scripts = paths
  .filter((name) => /\.ps[md]?1$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
const blocks = paths
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) =>
    takeApart(readFileSync(join(root, name), 'utf8'))
      .blocks.filter(({ language }) => language === 'powershell')
      .map(({ text }, at) => ({ name: `${name}, block ${at + 1}`, text })),
  );
const texts = [...scripts, ...blocks];

/** Mistakes that both parsers must find; tree-sitter accepts the last one. */
const mistakes = [
  'if ($LASTEXITCODE) { throw 1',
  '$words = @(1, 2',
  "throw 'migrate",
  'foreach ($one on $all) { $one }',
  'function { 1 }',
  'param([string $Version)',
  'deploytrack finish @report | ForEach-Object { $_ ',
  '$version = ',
  'if $x { 1 }',
  '$sum = (1 +)',
  'try { deploytrack finish }',
];
const accepted = mistakes.slice(-1);

/** What tree-sitter cannot place in a text. */
function faultsOf(node: Node): string[] {
  if (node.isError || node.isMissing) return [`${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`];
  return node.hasError ? node.children.flatMap((child) => (child === null ? [] : faultsOf(child))) : [];
}

describe('PowerShell texts in tree-sitter', () => {
  const parser = { parse: (_text: string): string[] => [] };

  beforeAll(async () => {
    await Parser.init();
    const grammar = require.resolve('tree-sitter-powershell/package.json').replace('package.json', '');
    const own = new Parser();
    own.setLanguage(await Language.load(join(grammar, 'tree-sitter-powershell.wasm')));
    parser.parse = (text) => {
      const tree = own.parse(text.replaceAll('\r\n', '\n'));
      if (!tree?.rootNode.hasError) return [];
      return ['somewhere', ...faultsOf(tree.rootNode)];
    };
  });

  test('there are scripts, modules, manifests and blocks', () => {
    expect(scripts.length).toBeGreaterThan(10);
    expect(blocks.length).toBeGreaterThan(15);
  });

  test.each(texts)('tree-sitter parses $name', ({ text }) => {
    expect(parser.parse(text)).toEqual([]);
  });

  test.each(mistakes.filter((text) => !accepted.includes(text)))(
    'tree-sitter finds the mistake in: %s',
    (text) => {
      expect(parser.parse(text)).not.toEqual([]);
    },
  );
});

describe.skipIf(noPowershell())('PowerShell texts in the parser of PowerShell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-parse-'));
  let found: readonly (readonly string[])[] = [];

  beforeAll(() => {
    const files = [...texts.map(({ text }) => text), ...mistakes].map((text, at) => {
      const file = join(folder, `${at}.ps1`);
      // A manifest is one expression, which is a script too.
      writeFileSync(file, text);
      return file;
    });
    const list = join(folder, 'list');
    writeFileSync(list, files.join('\n'));
    const script = join(root, 'test/shell/powershell/parse.ps1');
    const said = execFileSync(powershell ?? '', ['-NoProfile', '-NonInteractive', '-File', script, list], {
      encoding: 'utf8',
      env: { ...process.env, ...quietPowershell(folder) },
    });
    found = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).faults);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(texts.map(({ name }, at) => ({ name, at })))('PowerShell parses $name', ({ at }) => {
    expect(found[at]).toEqual([]);
  });

  test.each(mistakes.map((text, at) => ({ text, at })))(
    'PowerShell finds the mistake in: $text',
    ({ at }) => {
      expect(found[texts.length + at]).not.toEqual([]);
    },
  );
});
