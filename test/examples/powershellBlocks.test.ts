import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeApart } from '../readme/takeApart.ts';
import { endsIn, listOf, type OneEnd, type OneScript, oneByOne } from '../shell/oneByOne.ts';
import { noPowershell } from '../support/because.ts';
import { rowsOf } from '../support/program.ts';
import { powershellEnvironment } from './powershell.ts';
import { openSite, repository, type Site } from './site.ts';

/** Every block of README and docs that deploys, unchanged; what exists only on Windows is replaced. */
const pages = ['README.md', ...readdirSync(path.join(repository, 'docs')).map((name) => `docs/${name}`)];
const all = pages
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => {
    const { blocks } = takeApart(readFileSync(path.join(repository, name), 'utf8'));
    const shells = blocks.filter(({ language }) => language === 'powershell');
    return shells.map(({ text }) => ({ name, text }));
  });
const deploys = /deploytrack start|Invoke-Deployment -/;
const blocks = all.filter(({ text }) => deploys.test(text));
/** The parts of scripts in docs/powershell.md: each runs in a deployment of its own. */
const parts = all.filter(({ name, text }) => name === 'docs/powershell.md' && !deploys.test(text));

/** Of a session that is as PowerShell starts it, of a careful one, and of one in between. */
const preferences = {
  defaults: { action: 'Continue', native: false, strict: false },
  strict: { action: 'Stop', native: true, strict: true },
  mixed: { action: 'Continue', native: true, strict: true },
} as const;
type Preferences = keyof typeof preferences;

const ways = [
  { way: 'natively', isShim: false, success: 'strict', failure: ['defaults'] },
  { way: "by npm's .ps1 shim", isShim: true, success: 'defaults', failure: ['strict', 'mixed'] },
] as const;

const standIns = `
$sha = '1.2.3'; $version = '1.2.3'; $healthUrl = 'http://localhost:8080/health'
function Stop-Service {}
function Start-Service {}
function Switch-Junction {}
`;

/** Before each part: the module, a version to go back to, and a deployment that is open. */
const inDeployment = `
$ErrorActionPreference = 'Stop'
$version = '1.4.0'; $previous = '1.2.3'
Invoke-Expression -Command (deploytrack shell powershell)
function Set-ItemProperty {}
function Restart-WebAppPool {}
function Invoke-Command {}
Compress-Archive -Path build.exe -DestinationPath gateway.zip -Force
if (-not (Test-Path -Path $env:DEPLOYTRACK_LEDGER)) { Invoke-Deployment -Deployment app -Version 1.2.3 { } }
Start-Deployment -Deployment app -Version 1.4.0
`;

const emptyArrays = `
$none = @()
$env:DEPLOYTRACK_ID = deploytrack start --deployment gateway --version 2 $none
deploytrack phase start cutover $none
deploytrack phase end cutover $none
deploytrack rollback --reason manual --to 0.9 $none
if ($LASTEXITCODE) { throw 'rollback' }
deploytrack cost vm 1 $none
deploytrack finish --status failed $none
if ($LASTEXITCODE) { throw 'finish' }
deploytrack phase run x $none '--' sh -c 'test $# = 2' sh '' y
if ($LASTEXITCODE) { throw 'arguments' }
`;

/** One PowerShell runs all blocks, under each preference, once with a migration that fails. */
describe.skipIf(noPowershell()).each(ways)('PowerShell blocks of README and docs, called $way', (way) => {
  let site: Site;
  let address = '';
  let ends: Map<string, OneEnd>;
  let stderr = '';
  const scripts: OneScript[] = [];
  const service = createServer((_request, response) => response.end('{"version":"1.2.3"}'));
  const ledgerOf = (name: string) => path.join(site.folder, `${name}.db`);

  function add(
    name: string,
    text: string,
    more: { code?: string; under?: Preferences; ledger?: string } = {},
  ): void {
    const file = path.join(site.folder, `${name}.ps1`);
    const here = text.replaceAll('.\\migrate.exe', 'migrate.exe').replaceAll('.\\', './');
    writeFileSync(file, (standIns + here).replaceAll('http://localhost:8080/health', address));
    const env = { MIGRATE_CODE: more.code ?? '0', DEPLOYTRACK_LEDGER: ledgerOf(more.ledger ?? name) };
    scripts.push({ ...{ name, file, env }, folder: site.folder, ...preferences[more.under ?? 'defaults'] });
  }

  beforeAll(async () => {
    site = await openSite({ isShim: way.isShim });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(service.address() as { port: number }).port}/health`;
    for (const name of ['alembic', 'migrate.exe'])
      writeFileSync(path.join(site.bin, name), '#!/bin/sh\nexit $MIGRATE_CODE\n', { mode: 0o755 });
    for (const [at, { text }] of blocks.entries()) {
      add(`success-${at}`, text, { under: way.success });
      for (const under of way.failure) add(`failure-${at}-${under}`, text, { code: '3', under });
    }
    add('empty', `$env:DEPLOYTRACK_WARNINGS = 'off'\n${emptyArrays}$env:DEPLOYTRACK_WARNINGS = $null\n`);
    if (!way.isShim) {
      writeFileSync(path.join(site.folder, 'build.exe'), '#!/bin/sh\n', { mode: 0o755 });
      writeFileSync(path.join(site.folder, 'steps.ps1'), 'exit 0');
      for (const [at, { text }] of parts.entries())
        add(`part-${at}`, `${inDeployment}${text}`, {
          // What is in service must stay the version that answers.
          ledger: text.includes('finish') ? 'finished' : 'parts',
        });
    }
    const list = path.join(site.folder, 'blocks.json');
    writeFileSync(list, listOf(scripts));
    const [command = '', ...words] = oneByOne(list);
    const end = await site.run(command, words, powershellEnvironment(site));
    ends = endsIn(end.stdout);
    stderr = end.stderr;
  }, 240_000);
  afterAll(async () => {
    await new Promise((resolve) => service.close(resolve));
    site.close();
  });

  const last = (name: string) =>
    rowsOf(ledgerOf(name), {
      sql: 'SELECT deployment_status AS status, error_message AS error FROM deployment_metrics',
    });
  const each = blocks.map(({ name }, at) => ({ name, at }));

  it('no block has a warning or an error of deploytrack', () => {
    expect(stderr).not.toContain('deploytrack:');
  });

  // Natively: the blocks above show that the shim makes no difference.
  it.each(way.isShim ? [] : parts.map(({ text }, at) => ({ at, text })))(
    'this part of a script runs and records no failure: $text',
    ({ at }) => {
      expect(ends.get(`part-${at}`)).toMatchObject({ thrown: null });
      const failures = "SELECT stage, error_message FROM deployment_stages WHERE status = 'failed'";
      expect(rowsOf(ledgerOf('parts'), { sql: failures })).toEqual([]);
      expect(
        rowsOf(ledgerOf('parts'), { sql: 'SELECT DISTINCT to_version, success FROM rollbacks' }),
      ).toEqual([{ to_version: '1.2.3', success: 1 }]);
    },
  );

  it.each(each)('the PowerShell block of $name records a successful deployment', ({ at }) => {
    expect(ends.get(`success-${at}`)).toMatchObject({ thrown: null, left: null });
    expect(last(`success-${at}`)).toEqual([{ status: 'success', error: null }]);
  });

  it.each(each.flatMap((one) => way.failure.map((under) => ({ ...one, under }))))(
    'the PowerShell block of $name records the reason of a failure, and the caller sees it ($under)',
    ({ at, under }) => {
      const error = expect.stringMatching(
        /^migrate: exit (code )?3$|^Program "migrate.exe" ended with non-zero exit code: 3/,
      );
      expect(ends.get(`failure-${at}-${under}`)).toMatchObject({ thrown: error, left: null });
      expect(last(`failure-${at}-${under}`)).toEqual([{ status: 'failed', error }]);
    },
  );

  it('an empty array that was not splatted is ignored as an argument', () => {
    expect(ends.get('empty')).toMatchObject({ thrown: null });
    expect(
      rowsOf(ledgerOf('empty'), { sql: 'SELECT success, exit_code, error_message FROM rollbacks' }),
    ).toEqual([{ success: 1, exit_code: null, error_message: null }]);
  });
});

it('docs/powershell.md has parts of scripts', () => {
  expect(parts.length).toBeGreaterThan(9);
});

it('README and docs/powershell.md have PowerShell blocks that deploy', () => {
  expect(blocks.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['README.md', 'docs/powershell.md', 'docs/powershell.md']),
  );
});
