import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { root } from '../readme/document.ts';
import { takeApart } from '../readme/takeApart.ts';

/** A text in PowerShell, by its path or its place in a file. */
export interface PowershellText {
  readonly name: string;
  readonly text: string;
}

/** Every script, module and manifest, every block of a page, and every step of a pipeline. `src` has a template only. */
const folders = ['.github', 'examples', 'shell', 'scripts', 'test', 'docs'];
const paths = [
  ...['README.md', 'CONTRIBUTING.md', 'PSScriptAnalyzerSettings.psd1'],
  ...folders.flatMap((name) =>
    readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((below) => `${name}/${below}`),
  ),
];
const textOf = (name: string) => readFileSync(join(root, name), 'utf8');

export const scripts: readonly PowershellText[] = paths
  .filter((name) => /\.ps[md]?1$/.test(name))
  .map((name) => ({ name, text: textOf(name) }));

export const blocks: readonly PowershellText[] = paths
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) =>
    takeApart(textOf(name))
      .blocks.filter(({ language }) => language === 'powershell')
      .map(({ text }, at) => ({ name: `${name}, block ${at + 1}`, text })),
  );

export const steps: readonly PowershellText[] = paths
  .filter((name) => /^(\.github|examples)\/.*\.ya?ml$/.test(name))
  .flatMap((name) =>
    stepsIn(documentsOf(textOf(name))).map(({ text, shell }, at) => ({
      name: `${name}, ${shell} step ${at + 1}`,
      text,
    })),
  );

/** A file for Kubernetes has several. */
function documentsOf(text: string): unknown[] {
  return [...parseAllDocuments(text)].map((document) => document.toJS() as unknown);
}

/** What Azure DevOps or GitHub Actions passes to PowerShell, with their own variables replaced. */
function stepsIn(node: unknown): { shell: string; text: string }[] {
  if (Array.isArray(node)) return node.flatMap(stepsIn);
  if (typeof node !== 'object' || node === null) return [];
  const { powershell, pwsh, shell, run } = node as Record<string, unknown>;
  const own = [
    { shell: 'powershell', text: powershell },
    { shell: 'pwsh', text: pwsh },
    ...(shell === 'pwsh' || shell === 'powershell' ? [{ shell, text: run }] : []),
  ].flatMap(({ shell, text }) =>
    typeof text === 'string'
      ? [{ shell, text: text.replaceAll(/\$\([\w.]+\)|\$\{\{.*?\}\}/g, 'value') }]
      : [],
  );
  return own.length > 0 ? own : Object.values(node).flatMap(stepsIn);
}

export const texts: readonly PowershellText[] = [...scripts, ...blocks, ...steps];

/** Mistakes that both parsers must find; tree-sitter accepts the last one. */
export const misspelled = [
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
