import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { noPowershell } from '../support/because.ts';
import { newProgram } from '../support/program.ts';
import { powershell } from './powershell.ts';

const script = fileURLToPath(new URL('../../examples/windows/deploytrack-push.ps1', import.meta.url));

/** In place of the commands that only Windows has: each says what it was given. */
const standIns = `
function Show($Name, $Given) {
  $text = @($Given.Keys | Sort-Object | ForEach-Object { "$_=$($Given[$_])" }) -join '; '
  [Console]::WriteLine("\${Name}: $text")
}
function New-ScheduledTaskAction($Execute, $Argument) { Show action @{ Execute = $Execute; Argument = $Argument }; 'action' }
function New-ScheduledTaskTrigger([switch] $Once, [switch] $AtStartup, $At, $RepetitionInterval) {
  Show trigger @{ Once = $Once; AtStartup = $AtStartup; Every = $RepetitionInterval }
  [pscustomobject]@{ RandomDelay = ''; Delay = '' }
}
function New-ScheduledTaskSettingsSet($MultipleInstances, [switch] $StartWhenAvailable, $ExecutionTimeLimit,
  [switch] $AllowStartIfOnBatteries, [switch] $DontStopIfGoingOnBatteries) { Show settings @{ Limit = $ExecutionTimeLimit } }
function New-ScheduledTaskPrincipal($UserId, $LogonType) { "$UserId by $LogonType" }
function Register-ScheduledTask($TaskName, $Description, $Action, $Trigger, $Settings, $Principal, $User, $Password, [switch] $Force) {
  Show register @{ Name = $TaskName; As = $Principal; User = $User; Triggers = $Trigger.Count; Action = $Action }
}
function Unregister-ScheduledTask($TaskName, $Confirm) { Show unregister @{ Name = $TaskName } }
`;

describe.skipIf(noPowershell())('Scheduled task for Windows', () => {
  test('it is registered for SYSTEM or a managed account with absolute paths, is removed again, and can be read by 5.1', () => {
    const { folder, env } = newProgram();
    const bin = join(folder, 'npm bin');
    const program = join(bin, 'node_modules/deploytrack/bin');
    mkdirSync(program, { recursive: true });
    writeFileSync(join(program, 'deploytrack.js'), '');
    writeFileSync(join(bin, 'deploytrack'), '#!/bin/sh\n', { mode: 0o755 });
    const unpacked = join(folder, 'unpacked archive');
    mkdirSync(join(unpacked, 'bin'), { recursive: true });
    for (const name of ['bin/deploytrack.js', 'node.exe']) writeFileSync(join(unpacked, name), '');
    writeFileSync(join(unpacked, 'package.json'), '{ "name": "deploytrack" }');
    // Above any other folder, another account may have put something.
    for (const folderOf of [join(unpacked, 'cmd'), join(unpacked, 'tools'), join(folder, 'cmd')]) {
      mkdirSync(folderOf, { recursive: true });
      writeFileSync(join(folderOf, 'deploytrack'), '#!/bin/sh\n', { mode: 0o755 });
    }
    mkdirSync(join(folder, 'bin'));
    for (const name of ['bin/deploytrack.js', 'node.exe']) writeFileSync(join(folder, name), '');
    writeFileSync(join(folder, 'package.json'), '{ "name": "another" }');
    const file = join(folder, 'try.ps1');
    const calls = `$ErrorActionPreference = 'Stop'
& '${script}' -Gateway http://gateway:9091
& '${script}' -Gateway http://gateway:9091 -ServiceAccount 'CORP\\deploy$' -Minutes 10
& '${script}' -Gateway http://gateway:9091 -WhatIf | Out-Null
& '${script}' -Remove
$env:PATH = '${join(unpacked, 'cmd')}:/usr/bin:/bin'
& '${script}' -Gateway http://gateway:9091
foreach ($place in '${join(unpacked, 'tools')}', '${join(folder, 'cmd')}') {
  $env:PATH = "\${place}:/usr/bin:/bin"
  try { & '${script}' -Gateway http://gateway:9091 } catch { "refused $_" }
}
$problems = $null
[void][System.Management.Automation.PSParser]::Tokenize((Get-Content -Raw '${script}'), [ref]$problems)
"problems $($problems.Count)"
`;
    writeFileSync(file, standIns + calls);
    const own = { POWERSHELL_TELEMETRY_OPTOUT: '1', POWERSHELL_UPDATECHECK: 'Off' };
    const words = ['-NoProfile', '-NonInteractive', '-File', file];
    const { status, stdout, stderr } = spawnSync(powershell ?? '', words, {
      encoding: 'utf8',
      env: { ...env, ...own, PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin` },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const lines = stdout
      .split('\n')
      .filter((line) => /^(action|register|unregister|refused|problems)/.test(line));
    const action = `action: Argument="${join(program, 'deploytrack.js')}" push --gateway "http://gateway:9091"; Execute=${process.execPath}`;
    const registered = (as: string) =>
      `register: Action=action; As=${as}; Name=deploytrack push; Triggers=2; User=`;
    expect(lines).toEqual([
      action,
      registered('SYSTEM by ServiceAccount'),
      'registered the scheduled task "deploytrack push"',
      action,
      registered('CORP\\deploy$ by Password'),
      'registered the scheduled task "deploytrack push"',
      action,
      'unregister: Name=deploytrack push',
      `action: Argument="${join(unpacked, 'bin/deploytrack.js')}" push --gateway "http://gateway:9091"; Execute=${join(unpacked, 'node.exe')}`,
      registered('SYSTEM by ServiceAccount'),
      'registered the scheduled task "deploytrack push"',
      `refused neither from npm nor from an archive: ${join(unpacked, 'tools/deploytrack')}`,
      `refused not the folder of deploytrack: ${folder}`,
      'problems 0',
    ]);
    expect(stdout).toContain('Every=00:05:00');
    expect(stdout).toContain('Every=00:10:00');
  });
});

test('the script of the scheduled task is ASCII, because 5.1 reads other bytes in the code page of the host', () => {
  expect(readFileSync(script, 'utf8')).toMatch(/^[\x00-\x7f]*$/);
});
