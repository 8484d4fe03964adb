import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importLine } from '../../src/session/powershellFacts.ts';
import { powershell } from '../examples/powershell.ts';
import { root } from '../readme/document.ts';
import { noPowershell } from '../support/because.ts';
import { newProgram } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'deploytrack-module-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const textOf = (name: string) => readFileSync(join(root, 'shell/DeployTrack', name), 'utf8');
const module = textOf('DeployTrack.psm1');
const manifest = textOf('DeployTrack.psd1');
const exported = [...(/FunctionsToExport = @\(([^)]*)\)/.exec(manifest)?.[1]?.matchAll(/'(.*)'/g) ?? [])].map(
  ([, name]) => name,
);

/** A mistake in the module or the manifest, and the fault that it is. */
const mistakes: readonly (readonly [fault: RegExp, from: string, to: string])[] = [
  [/not ASCII/, 'an error without a message', 'no message\u2026'],
  [/not ASCII/, "Author = 'the", "Author = '\u00fc"],
  [/CRLF/, 'Set-StrictMode -Version Latest\r\n', 'Set-StrictMode -Version Latest\n'],
  [/ends with a space/, '$script:Head = $null', '$script:Head = $null '],
  [/parser: /, "'node.exe', 'node')", "'node.exe', 'node'"],
  [/verb of Finish-TrackPhase/, 'function Complete-TrackPhase', 'function Finish-TrackPhase'],
  [/Get-TrackFacts is a plural/, 'function Get-TrackFact ', 'function Get-TrackFacts '],
  [
    /Disconnect-TrackJournal has positional/,
    'function Disconnect-TrackJournal {\r\n    [CmdletBinding(PositionalBinding = $false)]',
    'function Disconnect-TrackJournal {\r\n    [CmdletBinding()]',
  ],
  [
    /Get-DeploymentStatistic has no OutputType/,
    "    [OutputType('DeployTrack.DeploymentStatistic')]\r\n",
    '',
  ],
  [
    /Add-DeploymentCost has a positional/,
    '[Parameter(Mandatory = $true)] [string] $Resource',
    '[Parameter(Mandatory = $true, Position = 0)] [string] $Resource',
  ],
  [/Add-DeploymentCost has no example/, '    Add-DeploymentCost -Resource ci-minutes -Usd 0.42\r\n', ''],
  [
    /Undo-Deployment has no synopsis/,
    '.SYNOPSIS\r\n    Records a rollback',
    '.NOTES\r\n    Records a rollback',
  ],
  [/parameters of Add-DeploymentCost/, '    .PARAMETER Usd\r\n    US dollars.\r\n', ''],
  [/manifest does not export/, "        'Undo-Deployment'\r\n", ''],
  [/module does not export/, "    'Undo-Deployment'\r\n)", ')'],
  [/not strict/, 'Set-StrictMode -Version Latest', 'Set-StrictMode -Version 2'],
  [/Write-Host/, 'Write-Verbose -Message $line', 'Write-Host -Object $line'],
  [/Invoke-Expression/, 'Write-Verbose -Message $line', 'Invoke-Expression -Command $line'],
  [/Where is an alias/, 'Write-Verbose -Message $line', '@($line) | Where -FilterScript { $_ }'],
  [/catch is empty/, '} catch {\r\n        Clear-TrackError -Record $_\r\n    }', '} catch {\r\n    }'],
  [/Ternary/, '[string] $facts.service }', '[string] ($facts ? 1 : 2) }'],
  [/PipelineChain/, 'Write-Verbose -Message $line', 'Write-Verbose -Message $line && 1'],
  [/QuestionQuestion /, '$last = $errors[0]', '$last = $errors[0] ?? 1'],
  [/QuestionDot/, '$last = $errors[0]', '$last = ($errors)?.Count'],
  [/-Parallel/, 'Write-Verbose -Message $line', '@($line) | ForEach-Object -Parallel { $_ }'],
];

describe.skipIf(noPowershell())('Text of the PowerShell module', () => {
  let faults: readonly (readonly string[])[] = [];

  beforeAll(() => {
    const pairs = [['', '', ''] as const, ...mistakes].flatMap(([, from, to], index) => {
      const inManifest = from !== '' && manifest.includes(from) && !module.includes(from);
      const changed = (text: string, isMeant: boolean) => (isMeant ? text.replace(from, () => to) : text);
      const files = [join(folder, `${index}.psm1`), join(folder, `${index}.psd1`)] as const;
      writeFileSync(files[0], changed(module, !inManifest));
      writeFileSync(files[1], changed(manifest, inManifest));
      return files;
    });
    const script = join(root, 'test/shell/powershell/check.ps1');
    const said = execFileSync(
      powershell ?? '',
      ['-NoProfile', '-NonInteractive', '-File', script, ...pairs],
      {
        encoding: 'utf8',
        env: {
          ...process.env,
          HOME: folder,
          POWERSHELL_TELEMETRY_OPTOUT: '1',
          POWERSHELL_UPDATECHECK: 'Off',
        },
      },
    );
    faults = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).faults);
  }, 120_000);

  test('the module has no fault', () => {
    expect(faults[0]).toEqual([]);
  });

  test.each(mistakes.map(([fault, from, to], index) => ({ fault, from, to, index })))(
    'a planted mistake is found: $fault ($to)',
    ({ fault, from, index }) => {
      expect(`${module}${manifest}`).toContain(from);
      expect(faults[index + 1]?.join('\n')).toMatch(fault);
    },
  );
});

test('shell powershell prints the line that imports the module, whatever quotes its path has', async () => {
  const printed = await newProgram().quiet(['shell', 'powershell']);
  expect(printed).toBe(`Import-Module '${join(root, 'shell/DeployTrack/DeployTrack.psd1')}'`);
  expect(importLine("/it's \u2019/x")).toBe("Import-Module '/it''s \u2019\u2019/x'\n");
});

test('the version of the module is that of the package', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(manifest).toContain(`ModuleVersion = '${version}'`);
});

test('docs/powershell.md lists the functions of the module', () => {
  const page = readFileSync(join(root, 'docs/powershell.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+-Deployment\w*)/gm)].map(([, name]) => name);
  expect(rows.toSorted()).toEqual(exported.toSorted());
});

test('every file of the module is ASCII with CRLF, since Windows PowerShell reads it in the code page of the machine', () => {
  for (const name of ['DeployTrack.psm1', 'DeployTrack.psd1', 'DeployTrack.Format.ps1xml'])
    expect(textOf(name).replaceAll('\r\n', '')).toMatch(/^[\t\x20-\x7e]*$/);
});
