import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noPowershell } from '../support/because.ts';
import { deployScriptForLinux, powershell, powershellEnvironment, quickPython } from './powershell.ts';
import { pack, served } from './release.ts';
import { type Ended, openSite, repository, type Site } from './site.ts';

/** The Azure Arc example, with a replacement for `az` that runs the script as the agent would. */
let site: Site;
let downloads: Server;
let address: string;
let wordsFile: string;

beforeAll(async () => {
  site = await openSite();
  copyFileSync(path.join(__dirname, 'az'), path.join(site.bin, 'az'));
  wordsFile = path.join(site.folder, 'az-words');
  downloads = createServer((request, response) => {
    response.end(
      readFileSync(path.join(site.folder, path.basename(new URL(request.url ?? '/', 'http://x').pathname))),
    );
  });
  await new Promise<void>((resolve) => downloads.listen(0, '127.0.0.1', resolve));
  const bound = downloads.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  address = `http://127.0.0.1:${bound.port}`;
});

afterAll(async () => {
  await new Promise((resolve) => downloads.close(resolve));
  site.close();
});

/** The deployment script with the paths of this site, because the agent passes none. */
function deployScript(): string {
  const file = path.join(site.folder, 'on-this-machine.ps1');
  const options = `-Root '${site.env.NOTES_ROOT}' -Port ${site.port} -Python '${quickPython(site)}' -HealthTimeout 60s`;
  writeFileSync(
    file,
    `param($Zip, $Version, [switch] $Json)\n& '${deployScriptForLinux(site)}' @PSBoundParameters ${options}\n`,
  );
  chmodSync(file, 0o644);
  return file;
}

function runCommand(version: '1.0.0' | '3.0.0'): Promise<Ended> {
  const zip = pack(site, version);
  const uri = `${address}/${path.basename(zip)}?sig=a%2Bb&se=2030-01-01`;
  return site.run(path.join(repository, 'examples/arc/run-command.sh'), ['vm-web-1', version, uri], {
    ...powershellEnvironment(site),
    RESOURCE_GROUP: 'web',
    LOCATION: 'westeurope',
    AZ_WORDS: wordsFile,
    AZ_POWERSHELL: powershell ?? '',
    AZ_DEPLOY_SCRIPT: deployScript(),
  });
}

describe.skipIf(noPowershell())('Azure Arc example', () => {
  it('the Azure Arc example prints a successful deployment as one line of JSON and exits with 0', async () => {
    const { code, stdout } = await runCommand('1.0.0');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const [row] = site.query('SELECT deployment_id, deployment_method FROM deployment_metrics');
    expect(row?.deployment_method).toBe('azure-arc');
    expect(stdout).toContain(String(row?.deployment_id));
    expect(stdout).toMatch(/^\{[\x20-\x7e]*\}\n$/);
    expect((await served(site))?.version).toBe('1.0.0');
  }, 240_000);

  it('the Azure Arc example passes the URL of the zip, which contains a signature, as a protected parameter', () => {
    const words = readFileSync(wordsFile, 'utf8').split('\n');
    const protectedWords = words[words.indexOf('--protected-parameters') + 1];
    expect(protectedWords).toContain('sig=a%2Bb');
    expect(words.filter((word) => word.includes('sig='))).toHaveLength(1);
    expect(words.slice(0, 3)).toEqual(['connectedmachine', 'run-command', 'create']);
  });

  it('the Azure Arc example prints a failed deployment as one line of JSON and does not exit with 0', async () => {
    const { code, stdout } = await runCommand('3.0.0');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ version: '3.0.0' });
    expect(stdout).toContain('failed');
    expect(site.query("SELECT error_message FROM deployment_metrics WHERE version = '3.0.0'")).toEqual([
      { error_message: 'migrate: exit code 1' },
    ]);
  }, 240_000);
});
