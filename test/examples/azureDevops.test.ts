import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { newScriptHost } from '../shell/shells.ts';
import { noPowershell } from '../support/because.ts';
import { endOf, type Program, rowsOf } from '../support/program.ts';
import { startSwitchedService } from '../support/switchedService.ts';
import { powershell, quietPowershell } from './powershell.ts';
import { repository } from './site.ts';

interface Step {
  readonly powershell: string;
  readonly displayName: string;
  readonly condition?: string;
}

const jobs = [
  { name: 'good', failing: '', status: 'Succeeded', row: { status: 'success', error: null } },
  {
    name: 'switch fails',
    failing: 'switch.ps1',
    status: 'Failed',
    row: { status: 'failed', error: 'phase cutover: the junction is in use' },
  },
  {
    name: 'migration fails',
    failing: 'migrate.exe',
    status: 'Failed',
    row: { status: 'failed', error: 'phase migration: exit code 3' },
  },
];

/** One PowerShell runs all jobs. */
describe.skipIf(noPowershell())('Azure DevOps example with PowerShell steps', () => {
  let host: Program;
  let said: Map<string, { status: string; said: readonly string[] }>;
  const ledgerOf = (name: string) => join(host.folder, name, 'd.db');

  beforeAll(async () => {
    host = newScriptHost();
    const service = await startSwitchedService('abc1234');
    const text = readFileSync(join(repository, 'examples/azure-devops/azure-pipelines.yml'), 'utf8');
    const { steps } = parse(text) as { steps: Step[] };
    const list = jobs.map(({ name, failing }) => {
      const folder = join(host.folder, name);
      mkdirSync(folder);
      const write = (file: string, good: string, bad: string) =>
        writeFileSync(join(folder, file), file === failing ? bad : good, { mode: 0o755 });
      write('migrate.exe', '#!/bin/sh\n', '#!/bin/sh\nexit 3\n');
      write('switch.ps1', '"switched"', "throw 'the junction is in use'");
      return {
        ...{ name, folder },
        env: {
          TF_BUILD: 'True',
          BUILD_SOURCEVERSION: 'abc1234',
          DEPLOYTRACK_DEPLOYMENT: 'gateway',
          DEPLOYTRACK_LEDGER: ledgerOf(name),
          HEALTH_URL: service.healthUrl,
        },
        steps: steps.map(({ powershell: block, condition }) => ({
          text: block.replaceAll('.\\', './'),
          always: condition === 'always()',
        })),
      };
    });
    const file = join(host.folder, 'jobs.json');
    writeFileSync(file, JSON.stringify(list));
    const { DEPLOYTRACK_VERSION: _, ...env } = host.env;
    const script = join(repository, 'test/examples/powershell-steps.ps1');
    const end = await endOf(
      spawn(powershell ?? '', ['-NoProfile', '-NonInteractive', '-File', script, file], {
        env: { ...env, ...quietPowershell(host.folder) },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    await service.stop();
    const lines = end.stdout.split('\n').filter((line) => line.startsWith('{"'));
    said = new Map(lines.map((line) => JSON.parse(line)).map((one) => [one.name, one]));
  }, 120_000);
  afterAll(() => rmSync(host.folder, { recursive: true, force: true }));

  test.each(jobs)('the job "$name" ends as $status', ({ name, status, row }) => {
    expect(said.get(name)?.status, said.get(name)?.said.join('\n')).toBe(status);
    expect(
      rowsOf(ledgerOf(name), {
        sql: `SELECT deployment_method AS method, version, deployment_status AS status, error_message AS error
              FROM deployment_metrics`,
      }),
    ).toEqual([{ method: 'azure-devops', version: 'abc1234', ...row }]);
  });

  test('a step that is a script block is measured like one that is a program', () => {
    expect(
      rowsOf(ledgerOf('good'), { sql: 'SELECT stage, status FROM deployment_stages ORDER BY id' }),
    ).toEqual([
      { stage: 'migration', status: 'success' },
      { stage: 'cutover', status: 'success' },
      { stage: 'health_check', status: 'success' },
    ]);
  });
});
