import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { powershell, quietPowershell } from '../examples/powershell.ts';
import { root } from '../readme/document.ts';
import { because, noPowershell } from '../support/because.ts';
import { endOf, type Program, type ProgramEnd } from '../support/program.ts';
import { newScriptHost } from './shells.ts';

const pester = process.env.DEPLOYTRACK_PESTER ?? join(root, '.pester/Pester.psd1');
const noPester = () =>
  because(!existsSync(pester), 'no Pester; scripts/install-pester installs it with the .NET SDK');

interface Result {
  readonly name: string;
  readonly result: string;
  readonly error: readonly string[];
}

/** One PowerShell runs the Pester tests, and one that fails on purpose. */
describe.skipIf(noPowershell() || noPester())('Pester', () => {
  let host: Program;
  let end: ProgramEnd;
  let results: readonly Result[] = [];

  beforeAll(async () => {
    host = newScriptHost();
    const { DEPLOYTRACK_DEPLOYMENT: _d, DEPLOYTRACK_VERSION: _v, ...env } = host.env;
    const folder = join(root, 'test/shell/pester');
    const planted = join(host.folder, 'planted.Tests.ps1');
    writeFileSync(planted, "Describe 'planted' { It 'fails' { 1 | Should -Be 2 } }");
    const words = [join(folder, 'run.ps1'), pester, join(folder, 'DeployTrack.Tests.ps1'), planted];
    end = await endOf(
      spawn(powershell ?? '', ['-NoProfile', '-NonInteractive', '-File', ...words], {
        cwd: host.folder,
        env: { ...env, ...quietPowershell(host.folder) },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    const lines = end.stdout.split('\n').filter((line) => line.startsWith('{"'));
    results = lines.map((line) => JSON.parse(line));
  }, 180_000);
  afterAll(() => rmSync(host.folder, { recursive: true, force: true }));

  test('every test of the module passes in Pester', () => {
    const others = results.filter(({ name }) => !name.startsWith('planted'));
    expect(others.filter(({ result }) => result !== 'Passed')).toEqual([]);
    expect(others.length, end.stdout + end.stderr).toBeGreaterThan(14);
  });

  test('a test that fails in Pester is seen', () => {
    expect(results.filter(({ name }) => name.startsWith('planted'))).toMatchObject([{ result: 'Failed' }]);
  });
});
