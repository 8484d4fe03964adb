import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeApart } from '../readme/takeApart.ts';
import { noPowershell } from '../support/because.ts';
import { powershell, powershellEnvironment } from './powershell.ts';
import { openSite, repository, type Site } from './site.ts';

/** Every block of README and docs that deploys, unchanged; what exists only on Windows is replaced. */
const pages = ['README.md', ...readdirSync(path.join(repository, 'docs')).map((name) => `docs/${name}`)];
const blocks = pages
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => {
    const { blocks } = takeApart(readFileSync(path.join(repository, name), 'utf8'));
    const shells = blocks.filter(({ language }) => language === 'powershell');
    return shells.map(({ text }) => ({ name, text }));
  })
  .filter(({ text }) => text.includes('deploytrack start'));

const standIns = `
$sha = '1.2.3'; $version = '1.2.3'; $healthUrl = 'http://localhost:8080/health'
function Stop-Service {}
function Start-Service {}
function Switch-Junction {}
`;

describe.skipIf(noPowershell()).each([
  ['natively', false],
  ["by npm's .ps1 shim", true],
])('PowerShell blocks of README and docs, called %s', (_, isShim) => {
  let site: Site;
  let address = '';
  const service = createServer((_request, response) => response.end('{"version":"1.2.3"}'));

  beforeAll(async () => {
    site = await openSite({ isShim });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(service.address() as { port: number }).port}/health`;
    for (const name of ['alembic', 'migrate.exe'])
      writeFileSync(path.join(site.bin, name), '#!/bin/sh\nexit $MIGRATE_CODE\n', { mode: 0o755 });
  });
  afterAll(async () => {
    await new Promise((resolve) => service.close(resolve));
    site.close();
  });

  const run = (text: string, more: Record<string, string>) => {
    const file = path.join(site.folder, 'block.ps1');
    const here = text.replaceAll('.\\migrate.exe', 'migrate.exe');
    writeFileSync(file, (standIns + here).replaceAll('http://localhost:8080/health', address));
    const env = { ...powershellEnvironment(site), MIGRATE_CODE: '0', ...more };
    return site.run(powershell ?? '', ['-NoProfile', '-File', file], env);
  };
  const last = () =>
    site.query(
      'SELECT deployment_status AS status, error_message AS error FROM deployment_metrics ORDER BY id DESC',
    )[0];

  it.each(blocks)('the PowerShell block of $name records a successful deployment', async ({ text }) => {
    expect(await run(text, {})).toMatchObject({ code: 0, stderr: '' });
    expect(last()).toEqual({ status: 'success', error: null });
  });

  it.each(blocks)('the PowerShell block of $name records the reason of a failure', async ({ text }) => {
    expect((await run(text, { MIGRATE_CODE: '3' })).code).not.toBe(0);
    expect(last()).toEqual({ status: 'failed', error: 'migrate: exit 3' });
  });

  it('an empty array that was not splatted is ignored as an argument', async () => {
    const text = `
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
exit $LASTEXITCODE
`;
    expect(await run(text, { DEPLOYTRACK_WARNINGS: 'off' })).toMatchObject({ code: 0 });
    expect(site.query('SELECT success, exit_code, error_message FROM rollbacks')).toEqual([
      { success: 1, exit_code: null, error_message: null },
    ]);
  });
});

it('README and docs/powershell.md have PowerShell blocks that deploy', () => {
  expect(blocks.map(({ name }) => name)).toEqual(expect.arrayContaining(['README.md', 'docs/powershell.md']));
});
