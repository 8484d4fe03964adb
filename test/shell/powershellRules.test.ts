import { beforeAll, describe, expect, test } from 'vitest';
import { noPowershell } from '../support/because.ts';
import { onlySeven } from './onlySeven.ts';
import { misspelled, texts } from './powershellTexts.ts';
import { type Call, type Read, readTexts } from './readTexts.ts';

/** Texts that may use what 5.1 does not have: by their names, and one by what it says. */
const forSeven: readonly { readonly name: RegExp; readonly has?: string; readonly why: string }[] = [
  { name: /^test\/shell\/powershell\//, why: 'for the PowerShell 7 of the tests' },
  { name: /^test\/examples\/powershell-steps\.ps1$/, why: 'for the PowerShell 7 of the tests' },
  { name: /, pwsh step /, why: 'PowerShell 7 runs it' },
  {
    name: /^docs\/powershell\.md/,
    has: '| ForEach-Object -Parallel {',
    why: 'the page says "In PowerShell 7", and then how in 5.1',
  },
];

/** Calls whose exit code need not be looked at. */
const mayGoOn: readonly {
  readonly name?: RegExp;
  readonly call?: RegExp;
  readonly last?: true;
  readonly why: string;
}[] = [
  {
    call: /^deploytrack (phase start|phase end|rollback start|rollback end|finish)\b/,
    why: 'a mark warns and exits with 0; `finish --on-exit` with the code that it was given',
  },
  { call: /^deploytrack shell powershell$/, why: 'Invoke-Expression fails without its output' },
  { call: /^deploytrack history --json\b/, why: 'its output is used, and there is none if it fails' },
  { name: /^examples\/azure-devops\//, last: true, why: 'the task looks at it after the text' },
  {
    name: /^examples\/shim\//,
    call: /^& \$words\[\$at\] @rest$/,
    why: 'the function has the exit code of it',
  },
  {
    name: /^examples\/arc\/on-machine/,
    call: /^& \$DeployScript\b/,
    why: 'a script, which throws if it fails',
  },
  {
    name: /^examples\/arc\/README/,
    call: /^npm install\b/,
    why: 'typed once by a person, who reads what npm says',
  },
  {
    name: /^test\/windows\/deploy/,
    call: /^deploytrack doctor$/,
    why: 'printed for people; a gateway may be missing',
  },
  { name: /^test\/shell\/powershell\/(cases|oneByOne)/, why: 'how it ends is what a test asks' },
];

/** Functions whose names are those of other programs. */
const otherNames = ['deploytrack'];

/** Calls of programs, of which these are not looked at. */
const planted: readonly (readonly [text: string, calls: readonly string[]])[] = [
  ['deploytrack migrate x', ['deploytrack migrate x']],
  ['.\\build.exe\nGet-Date', ['.\\build.exe']],
  ['build.cmd', ['build.cmd']],
  ['git pull; node a.js; if ($LASTEXITCODE) { throw 1 }', ['git pull']],
  ['& $python -m venv x', ['& $python -m venv x']],
  ["& 'C:\\a b\\c.exe' x", ["& 'C:\\a b\\c.exe' x"]],
  ['$said = git status | Select-Object -First 1', ['git status']],
  ['git pull; $LASTEXITCODE = 0', ['git pull']],
  ['if ($x) { git pull }; Get-Date', ['git pull']],
  ['function A { git pull }\nif ($LASTEXITCODE) { throw 1 }', ['git pull']],
  ['git pull\nfunction A { if ($LASTEXITCODE) { throw 1 } }', ['git pull']],
  ['Invoke-DeploymentPhase -Name a -FailOnExitCode { git pull; git push }', ['git pull']],
  ['Invoke-DeploymentPhase -Name a { git pull }', ['git pull']],
  ['Start-Job -ScriptBlock { git pull }', ['git pull']],
  ['try { git pull } finally { git push }\nif ($?) { 1 }', ['git pull', 'git push']],
];

/** Texts with nothing to find. */
const right = [
  'git pull; if ($LASTEXITCODE) { throw 1 }',
  'git pull\nGet-Date\nif (-not $?) { throw 1 }',
  'function Assert-Exit { if ($LASTEXITCODE) { throw 1 } }\ngit pull\nAssert-Exit',
  '.\\build.exe\ndeploytrack phase end build --exit-code $LASTEXITCODE; if ($?) { 1 }',
  'Invoke-DeploymentPhase -Name a -FailOnExitCode { git pull }',
  'if (git status) { 1 }',
  'exit (Get-Date).Day',
  '& { Get-Date }; & (Get-Module -Name a) { 1 }; & "$PSScriptRoot\\a.ps1"; . $block',
  'if ($PSVersionTable.PSVersion.Major -ge 6 -and $IsLinux) { 1 }',
  'if ($PSVersionTable.PSVersion.Major -ge 7) { Get-Date | ForEach-Object -Parallel { 1 } }',
  '$IsWindows = $true',
  'deploytrack health http://localhost/ --timeout 60s; exit $LASTEXITCODE',
  "'&& || ?? $IsLinux -Parallel' # ?? && `e",
  'Split-Path -Leaf a; Get-Date | Where-Object Day -notin 1',
  'Join-Path -Path a -ChildPath b; Get-Content -Raw a; ConvertTo-Json -Depth 5 1; Set-Content a b -Encoding utf8',
];

describe.skipIf(noPowershell())('PowerShell texts in the parser of PowerShell', () => {
  let read: readonly Read[] = [];
  const of = (kind: readonly unknown[], before: number) => kind.map((_, at) => read[before + at] as Read);
  const plantedAt = texts.length + misspelled.length + onlySeven.length;

  beforeAll(() => {
    const mistakes = [...onlySeven.map(({ mistake }) => mistake), ...planted.map(([text]) => text)];
    const verb = 'function Finish-Notes { 1 }';
    read = readTexts([...texts.map(({ text }) => text), ...misspelled, ...mistakes, ...right, verb]);
  }, 120_000);

  test.each(texts.map(({ name }, at) => ({ name, at })))('PowerShell parses $name', ({ at }) => {
    expect(read[at]?.parser).toEqual([]);
  });

  test('PowerShell refuses every text that is misspelled', () => {
    const accepted = of(misspelled, texts.length).flatMap(({ parser }, at) =>
      parser.length > 0 ? [] : [misspelled[at]],
    );
    expect(accepted).toEqual([]);
  });

  test('every text is in ASCII, which is the same in every code page', () => {
    const found = texts.filter(({ text }) => !isAscii(text)).map(({ name }) => name);
    expect(found).toEqual([]);
    expect(['\u00fc', '\u2026', '\ufeff1', '\u2013'].filter(isAscii)).toEqual([]);
  });

  test('no text has what only PowerShell 7 knows, except those that are for 7', () => {
    const found = texts.flatMap(({ name, text }, at) =>
      forSeven.some((one) => one.name.test(name) && text.includes(one.has ?? ''))
        ? []
        : (read[at]?.seven ?? []).map((what) => `${name}: ${what}`),
    );
    expect(found).toEqual([]);
  });

  test.each(onlySeven.map(({ what, mistake }, at) => ({ what, mistake, at })))(
    'only PowerShell 7 knows $what: found in $mistake',
    ({ what, at }) => {
      expect(read[texts.length + misspelled.length + at]?.seven).toEqual([`1: ${what}`]);
    },
  );

  test('every text looks at the exit code of each program that it calls, except those that are listed', () => {
    const found = texts.flatMap(({ name }, at) =>
      (read[at]?.calls ?? [])
        .filter((call) => !call.looked && !mayGoOn.some((one) => covers(one, name, call)))
        .map(({ line, text }) => `${name}: ${line}: ${text}`),
    );
    expect(found).toEqual([]);
    const calls = texts.flatMap((_, at) => read[at]?.calls ?? []);
    expect(calls.filter(({ looked }) => looked).length).toBeGreaterThan(30);
  });

  test.each(planted.map(([text, calls], at) => ({ text, calls, at })))(
    'a call that is not looked at is found: $text',
    ({ calls, at }) => {
      const found = read[plantedAt + at]?.calls.filter(({ looked }) => !looked).map(({ text }) => text);
      expect(found).toEqual(calls);
    },
  );

  test.each(right.map((text, at) => ({ text, at })))('nothing is found in: $text', ({ at }) => {
    const { parser, seven, calls } = read[plantedAt + planted.length + at] as Read;
    expect([...parser, ...seven, ...calls.filter(({ looked }) => !looked)]).toEqual([]);
  });

  test('every function has an approved verb', () => {
    expect(read.at(-1)?.verbs).toEqual(['Finish-Notes']);
    const found = texts.flatMap(({ name }, at) => (read[at]?.verbs ?? []).map((verb) => `${name}: ${verb}`));
    expect(found.filter((one) => !otherNames.some((name) => one.endsWith(`: ${name}`)))).toEqual([]);
  });
});

const isAscii = (text: string) => /^[\t\r\n\x20-\x7e]*$/.test(text);

function covers(one: (typeof mayGoOn)[number], name: string, call: Call): boolean {
  return (
    (one.name?.test(name) ?? true) && (one.call?.test(call.text) ?? true) && (call.last || one.last !== true)
  );
}
