import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endsIn, listOf, type OneEnd, oneByOne } from '../shell/oneByOne.ts';
import { noPowershell } from '../support/because.ts';
import { differences, type Rows, recordedIn } from './ledgersAgree.ts';
import { exampleForLinux, powershellEnvironment, quickPython } from './powershell.ts';
import { pack, type Release, served } from './release.ts';
import { openSite, repository, type Site } from './site.ts';

/** The four deployments of the demo, made by each example on a host of its own. */
const releases: readonly Release[] = ['1.0.0', '2.0.0', '3.0.0', '4.0.0'];
/** A release that never becomes healthy is given up after this; the one before it must be healthy within it. */
const patienceSeconds = 3;

/** How PowerShell deploys. By the script that npm makes on Windows, the second and the fourth release with -Json. */
const ways = [
  { name: 'deploy.ps1, called natively', file: 'deploy.ps1', isShim: false },
  { name: "deploy.ps1, called by npm's .ps1 shim", file: 'deploy.ps1', isShim: true },
  { name: 'deploy-module.ps1', file: 'deploy-module.ps1', isShim: false },
] as const;
type Way = (typeof ways)[number];

/** One zip of each release for all hosts. */
const zips = new Map<Release, string>();
const sites: Site[] = [];
let byBash: Rows;

async function newSite(isShim: boolean): Promise<Site> {
  const site = await openSite({ isShim });
  sites.push(site);
  for (const version of releases) if (!zips.has(version)) zips.set(version, pack(site, version));
  return site;
}
const zipOf = (version: Release) => zips.get(version) ?? '';
const timeoutOf = (version: Release) => (version === '4.0.0' ? patienceSeconds : 60);

async function deployByBash(): Promise<Rows> {
  const site = await newSite(false);
  for (const version of releases)
    await site.run(path.join(repository, 'examples/deploy.sh'), [zipOf(version), version], {
      PYTHON: quickPython(site),
      NOTES_HEALTH_TIMEOUT: `${timeoutOf(version)}s`,
    });
  return recordedIn(site.ledger);
}

/** All releases in one PowerShell, which sees how each script ends. */
async function deployByPowershell({ file, isShim }: Way): Promise<{ site: Site; ends: Map<string, OneEnd> }> {
  const site = await newSite(isShim);
  const isModule = file === 'deploy-module.ps1';
  const scripts = releases.map((version) => ({
    name: version,
    folder: repository,
    file: exampleForLinux(site, file),
    arguments: {
      ...{ Zip: zipOf(version), Version: version, Root: site.env.NOTES_ROOT ?? '', Port: site.port },
      Python: quickPython(site),
      HealthTimeout: isModule ? `00:00:${timeoutOf(version) % 60 || 59}` : `${timeoutOf(version)}s`,
      ...(isShim && ['2.0.0', '4.0.0'].includes(version) ? { Json: true } : {}),
    },
  }));
  const list = path.join(site.folder, 'releases.json');
  writeFileSync(list, listOf(scripts));
  const [command = '', ...words] = oneByOne(list);
  const { stdout } = await site.run(command, words, powershellEnvironment(site));
  return { site, ends: endsIn(stdout) };
}

beforeAll(async () => {
  if (!noPowershell()) byBash = await deployByBash();
}, 300_000);
afterAll(() => {
  for (const site of sites) site.close();
});

describe.skipIf(noPowershell()).each(ways)('PowerShell example: $name', (way) => {
  let site: Site;
  let ends: Map<string, OneEnd>;

  beforeAll(async () => {
    ({ site, ends } = await deployByPowershell(way));
  }, 300_000);

  it('the example succeeds, or throws, as it should for each release', async () => {
    expect(releases.map((version) => ends.get(version)?.thrown)).toEqual([
      null,
      null,
      'migrate: exit code 1',
      '4.0.0 did not become healthy',
    ]);
    expect(releases.map((version) => ends.get(version)?.left)).toEqual([null, null, null, null]);
    expect((await served(site))?.version).toBe('2.0.0');
  });

  it('the example leaves the same rows as deploy.sh, except for times, identities, paths, measurements, exit codes and the words of an error', () => {
    expect(byBash.deployment_metrics).toHaveLength(4);
    expect(byBash.deployment_stages?.length).toBeGreaterThan(12);
    expect(byBash.rollbacks).toMatchObject([{ reason_class: 'health_check_failed', success: 1 }]);
    expect(differences(recordedIn(site.ledger), byBash)).toEqual([]);
  });

  it('the example leaves one row per deployment with its outcome and the previous version', () => {
    const sql = `SELECT version, previous_version, deployment_status, health_check_success FROM deployment_metrics ORDER BY id`;
    expect(site.query(sql).map((row) => Object.values(row))).toEqual([
      ['1.0.0', null, 'success', 1],
      ['2.0.0', '1.0.0', 'success', 1],
      ['3.0.0', '2.0.0', 'failed', 0],
      ['4.0.0', '2.0.0', 'failed', 0],
    ]);
  });

  it('the example records the error of the script as the reason of a failure', () => {
    const errors = site
      .query('SELECT error_message FROM deployment_metrics ORDER BY id')
      .map((row) => row.error_message);
    expect(errors).toEqual([null, null, 'migrate: exit code 1', '4.0.0 did not become healthy']);
  });

  it('the example measures every phase, also those between two marks', () => {
    const sql = `SELECT stage, COUNT(*) AS runs, SUM(status = 'success') AS good FROM deployment_stages GROUP BY stage ORDER BY stage`;
    expect(site.query(sql)).toEqual([
      { stage: 'cutover', runs: 3, good: 3 },
      { stage: 'extract', runs: 4, good: 4 },
      { stage: 'health_check', runs: 4, good: 3 },
      { stage: 'migration', runs: 4, good: 3 },
      { stage: 'rollback', runs: 1, good: 1 },
      { stage: 'venv_rebuild', runs: 4, good: 4 },
    ]);
  });

  it('the example measures the downtime of a cutover that cannot be wrapped', () => {
    const [first, update, , rolledBack] = site.query(
      'SELECT downtime_duration AS seconds FROM deployment_metrics ORDER BY id',
    );
    expect([null, 0]).toContain(first?.seconds);
    expect(Number(update?.seconds)).toBeLessThan(5);
    // At least until the health check gave up.
    expect(Number(rolledBack?.seconds)).toBeGreaterThan(patienceSeconds);
  });

  it('the example records the rollback', () => {
    const sql = 'SELECT reason_class, from_version, to_version, success FROM rollbacks';
    expect(site.query(sql)).toEqual([
      { reason_class: 'health_check_failed', from_version: '4.0.0', to_version: '2.0.0', success: 1 },
    ]);
  });
});

describe.skipIf(noPowershell())('The comparison of two ledgers', () => {
  it('another value in any column that is compared is found', () => {
    const planted = Object.entries(byBash).flatMap(([table, rows]) =>
      Object.keys(rows[0] ?? {}).map((column) => ({ table, column, rows })),
    );
    expect(planted.length).toBeGreaterThan(60);
    for (const { table, column, rows } of planted) {
      const changed = rows.with(-1, { ...rows.at(-1), [column]: 'planted' });
      expect(differences({ ...byBash, [table]: changed }, byBash)).toEqual([
        expect.stringMatching(`^${table}\\[${rows.length - 1}\\]\\.${column}: planted, `),
      ]);
    }
  });

  it('a row more is found', () => {
    expect(differences({ ...byBash, rollbacks: [] }, byBash)).toEqual(['rollbacks: 0 rows, 1 rows']);
  });
});

describe('PowerShell examples', () => {
  const files = ['examples/deploy.ps1', 'examples/deploy-module.ps1', 'examples/arc/on-machine.ps1'];

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
