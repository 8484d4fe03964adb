import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Step } from './examples/github/files.ts';
import { faults } from './examples/github/lint.ts';
import { powershell } from './examples/powershell.ts';
import { checked, has, root, tempFile } from './readme/document.ts';
import { because, noPowershell } from './support/because.ts';

/** The workflows of this repository as text, because no runner of GitHub is available here. */
const folder = join(root, '.github/workflows');
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(join(folder, name), 'utf8'),
}));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const steps = workflows.flatMap(({ name, text }) =>
  Object.values((parse(text) as { jobs: Record<string, { steps: Step[] }> }).jobs).flatMap((job) =>
    job.steps.map((step) => ({ name, ...step })),
  ),
);

test('there are workflows for every change, for Windows and for releases', () => {
  expect(workflows.map(({ name }) => name).sort()).toEqual(['ci.yml', 'release.yml', 'windows.yml']);
});

describe.each(workflows)("GitHub's linter", ({ name, text: pinned }) => {
  test(`the linter finds no problem in ${name}, and finds a mistake in it`, async () => {
    const text = byVersion(pinned);
    expect(await faults('workflow', text)).toEqual([]);
    expect(await faults('workflow', text.replace('runs-on:', 'run-on:'))).not.toEqual([]);
    expect(await faults('workflow', text.replace(/uses: actions\/\S+/, 'uses: actions/none@v1'))).not.toEqual(
      [],
    );
  });

  test(`${name} has only the permissions it needs, and says that it was not run`, () => {
    expect((parse(pinned) as { permissions: unknown }).permissions).toEqual({ contents: 'read' });
    expect(pinned.split('\n')[0]).toContain('Not run on GitHub yet');
  });
});

test('every script that a step runs is in package.json or in scripts/', () => {
  const run = steps.flatMap(({ run = '' }) => run.split('\n'));
  const named = run.flatMap((line) => /\bnpm (?:run )?(test|[\w:]+)$/.exec(line.trim())?.[1] ?? []);
  expect(named).toEqual(expect.arrayContaining(['test', 'build', 'knip', 'coverage']));
  expect(named.filter((name) => name !== 'ci' && scripts[name] === undefined)).toEqual([]);
  const files = run.flatMap((line) => /\bscripts\/[\w.-]+/.exec(line)?.[0] ?? []);
  for (const file of files) expect(() => readFileSync(join(root, file))).not.toThrow();
});

test('scripts of steps contain no expression, because its result would be executed', () => {
  expect(steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([]);
});

test('on Windows every script of its tests runs in Windows PowerShell 5.1 and in PowerShell 7', () => {
  const scripts = readdirSync(join(root, 'test/windows')).filter((name) => name.endsWith('.ps1'));
  expect(scripts.length).toBeGreaterThan(2);
  for (const name of scripts)
    expect([
      name,
      steps.filter(({ run = '' }) => run.includes(`test/windows/${name}`)).map(({ shell }) => shell),
    ]).toEqual([name, ['powershell', 'pwsh']]);
});

test.skipIf(noPowershell())('PowerShell parses every script and step for Windows', () => {
  const files = readdirSync(join(root, 'test/windows')).filter((name) => name.endsWith('.ps1'));
  const texts = files.map((name) => readFileSync(join(root, 'test/windows', name), 'utf8'));
  const inSteps = steps.filter(({ shell = '' }) => /^(?:pwsh|powershell)$/.test(shell));
  expect(inSteps.length).toBeGreaterThan(5);
  const errors = parseErrors([...texts, ...inSteps.map(({ run = '' }) => run), 'if (']);
  expect(errors.slice(0, -1).filter((error) => error !== '')).toEqual([]);
  expect(errors.at(-1)).not.toBe('');
});

test.skipIf(because(!has('shellcheck'), 'no shellcheck'))('shellcheck finds no problem in the steps', () => {
  const bash = steps.filter(
    ({ run, shell }) => run !== undefined && !/^(?:pwsh|powershell)$/.test(shell ?? ''),
  );
  expect(bash.length).toBeGreaterThan(10);
  for (const { run = '' } of bash) checked('shellcheck', ['--shell=bash', tempFile('step.sh', run)]);
});

test('every action is pinned to a commit, with its version as a comment', () => {
  const used = workflows.flatMap(({ text }) => text.match(/\buses: .*/g) ?? []);
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((line) => !/^uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});

test('no job may both publish to npm and write to the repository, and the published package is installed before', () => {
  const { text } = workflows.find(({ name }) => name === 'release.yml') as (typeof workflows)[number];
  const { jobs } = parse(text) as {
    jobs: Record<string, { permissions?: Record<string, string>; needs?: string }>;
  };
  expect(Object.entries(jobs).map(([name, { permissions, needs }]) => [name, needs, permissions])).toEqual([
    ['files', undefined, undefined],
    ['publish', 'files', { 'id-token': 'write' }],
    ['draft', 'publish', { contents: 'write' }],
  ]);
  expect(text.indexOf('npx vitest run test/install')).toBeLessThan(text.indexOf('npm publish'));
  expect(text).toContain('git merge-base --is-ancestor HEAD origin/main');
});

/** What PowerShell's own parser says of each text; empty if it can read it. */
function parseErrors(texts: readonly string[]): string[] {
  const file = tempFile('texts.json', JSON.stringify(texts));
  const script = `foreach ($text in (Get-Content -Raw -LiteralPath '${file}' | ConvertFrom-Json)) {
    $errors = $null
    [void] [System.Management.Automation.Language.Parser]::ParseInput($text, [ref] $null, [ref] $errors)
    "[$($errors.Message)]" -replace '\\s+', ' '
  }`;
  const told = execFileSync(powershell as string, ['-NoProfile', '-NonInteractive', '-Command', script], {
    encoding: 'utf8',
    env: { ...process.env, POWERSHELL_TELEMETRY_OPTOUT: '1', POWERSHELL_UPDATECHECK: 'Off' },
  });
  return told
    .trim()
    .split('\n')
    .map((line) => line.trim().slice(1, -1));
}

/** With the major version only, as in the linter's table of actions. */
function byVersion(text: string): string {
  return text.replace(/@[0-9a-f]{40} # (v\d+)\S*/g, '@$1');
}
