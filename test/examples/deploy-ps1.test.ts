import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noPowershell } from '../support/because.ts';
import { deployScriptForLinux, powershell, powershellEnvironment, quickPython } from './powershell.ts';
import { pack, type Release, served } from './release.ts';
import { type Ended, openSite, repository, type Site } from './site.ts';

/** The same four deployments as in deploy.sh, made by the PowerShell example in a real PowerShell 7. */
const releases: readonly Release[] = ['1.0.0', '2.0.0', '3.0.0', '4.0.0'];

/** How the example calls deploytrack: as a program, or through the script that npm creates on Windows. */
const ways = [
  ['natively', { isShim: false, more: [] }],
  ["by npm's .ps1 shim", { isShim: true, more: [] }],
  ["by npm's .ps1 shim, with -Json", { isShim: true, more: ['-Json'] }],
] as const;

describe.skipIf(noPowershell()).each(ways)('PowerShell example called %s', (_, { isShim, more }) => {
  let site: Site;
  const ended = new Map<string, Ended>();

  beforeAll(async () => {
    site = await openSite({ isShim });
    const script = deployScriptForLinux(site);
    const python = quickPython(site);
    for (const version of releases) {
      const timeout = version === '4.0.0' ? '3s' : '60s';
      const options = ['-Zip', pack(site, version), '-Version', version, '-Root', site.env.NOTES_ROOT ?? ''];
      const rest = ['-Port', String(site.port), '-Python', python, '-HealthTimeout', timeout, ...more];
      const words = ['-NoProfile', '-File', script, ...options, ...rest];
      ended.set(version, await site.run(powershell ?? '', words, powershellEnvironment(site)));
    }
  }, 600_000);

  afterAll(() => site.close());

  it('deploy.ps1 exits with the expected code for each release', async () => {
    expect(releases.map((version) => ended.get(version)?.code)).toEqual([0, 0, 1, 1]);
    expect((await served(site))?.version).toBe('2.0.0');
  });

  it('deploy.ps1 leaves the same rows as the shell script', () => {
    const sql = `SELECT version, previous_version, deployment_status, health_check_success FROM deployment_metrics ORDER BY id`;
    expect(site.query(sql).map((row) => Object.values(row))).toEqual([
      ['1.0.0', null, 'success', 1],
      ['2.0.0', '1.0.0', 'success', 1],
      ['3.0.0', '2.0.0', 'failed', 0],
      ['4.0.0', '2.0.0', 'failed', 0],
    ]);
  });

  it('deploy.ps1 records the error of the script as the reason of a failure', () => {
    const errors = site
      .query('SELECT error_message FROM deployment_metrics ORDER BY id')
      .map((row) => row.error_message);
    expect(errors).toEqual([null, null, 'migrate: exit code 1', '4.0.0 did not become healthy']);
  });

  it('deploy.ps1 measures every phase, also those between two marks', () => {
    const sql = `SELECT stage, COUNT(*) AS runs, SUM(status = 'success') AS good FROM deployment_stages GROUP BY stage ORDER BY stage`;
    expect(site.query(sql)).toEqual([
      { stage: 'cutover', runs: 3, good: 3 },
      { stage: 'extract', runs: 4, good: 4 },
      { stage: 'health_check', runs: 4, good: 3 },
      { stage: 'migration', runs: 4, good: 3 },
      { stage: 'venv_rebuild', runs: 4, good: 4 },
    ]);
  });

  it('deploy.ps1 measures the downtime of a cutover that cannot be wrapped', () => {
    const [first, update, , rolledBack] = site.query(
      'SELECT downtime_duration AS seconds FROM deployment_metrics ORDER BY id',
    );
    expect([null, 0]).toContain(first?.seconds);
    expect(Number(update?.seconds)).toBeLessThan(5);
    // At least until the health check gave up after three seconds.
    expect(Number(rolledBack?.seconds)).toBeGreaterThan(3);
  });

  it('deploy.ps1 records the rollback', () => {
    const sql = 'SELECT reason_class, from_version, to_version, success FROM rollbacks';
    expect(site.query(sql)).toEqual([
      { reason_class: 'health_check_failed', from_version: '4.0.0', to_version: '2.0.0', success: 1 },
    ]);
  });
});

describe('PowerShell examples', () => {
  const files = ['examples/deploy.ps1', 'examples/arc/on-machine.ps1'];

  it.each(files)(
    '%s is plain ASCII, since PowerShell 5.1 reads a file without a BOM in the code page of the machine',
    (file) => {
      expect(readFileSync(path.join(repository, file), 'latin1')).toMatch(/^[\t\n\x20-\x7e]*$/);
    },
  );

  it.each(files)('%s uses no syntax that PowerShell 5.1 lacks', (file) => {
    const text = readFileSync(path.join(repository, file), 'utf8').replaceAll(/#.*$/gm, '');
    expect(text).not.toMatch(
      /&&|\|\||\?\?|\?\.|\s\?\s[^{]+\s:\s|-Parallel|ConvertFrom-Json -AsHashtable|\bclean\s*\{/,
    );
  });

  it.each(files)("%s quotes every --, since npm's script for PowerShell drops an unquoted one", (file) => {
    const text = readFileSync(path.join(repository, file), 'utf8').replaceAll(/<#[\s\S]*?#>/g, '');
    expect(text).not.toMatch(/\s--\s/);
  });
});
