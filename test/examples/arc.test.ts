import { chmodSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endsIn, listOf, type OneEnd, oneByOne } from '../shell/oneByOne.ts';
import { noPowershell } from '../support/because.ts';
import { exampleForLinux, powershell, powershellEnvironment, quickPython } from './powershell.ts';
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
    const file = path.join(site.folder, path.basename(new URL(request.url ?? '/', 'http://x').pathname));
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end('<html>a page of many lines\nthat is not the reason</html>');
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
    `param($Zip, $Version, [switch] $Json)\n& '${exampleForLinux(site, 'deploy.ps1')}' @PSBoundParameters ${options}\n`,
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

/** A deployment with many phases and a long text, without the example service. */
const long = `param($Zip, $Version, [switch] $Json)
Invoke-Expression (deploytrack shell powershell)
Set-Content -LiteralPath notes.txt -Value ([string] [char] 0xfc * 6000)
$env:DEPLOYTRACK_ID = deploytrack start --deployment notes --version $Version --notes '@notes.txt'
1..60 | ForEach-Object {
    Start-DeploymentPhase -Name "step_with_a_long_name_$_"
    Complete-DeploymentPhase -Name "step_with_a_long_name_$_"
}
'output of the script'
deploytrack finish --json
`;

/** Runs of the script on the machine, in one PowerShell. */
describe.skipIf(noPowershell())('The script of the Azure Arc example on the machine', () => {
  let ends: Map<string, OneEnd>;
  const outputOf = (name: string) => ends.get(name)?.output ?? [];
  const lastOf = (name: string) => outputOf(name).at(-1) ?? '';

  beforeAll(async () => {
    const run = (name: string, text: string, more: { zip?: string; env?: Record<string, string> } = {}) => {
      const deploy = path.join(site.folder, `${name}.ps1`);
      writeFileSync(deploy, text);
      writeFileSync(path.join(site.folder, 'empty.zip'), '');
      const ledger = path.join(site.folder, `${name}.db`);
      return {
        ...{ name, folder: site.folder, file: path.join(repository, 'examples/arc/on-machine.ps1') },
        arguments: {
          ZipUri: `${address}/${more.zip ?? 'empty.zip'}`,
          Version: '7.0.0',
          DeployScript: deploy,
        },
        env: { DEPLOYTRACK_LEDGER: ledger, ...more.env },
      };
    };
    const list = path.join(site.folder, 'runs.json');
    const scripts = [
      run('download', '', { zip: 'missing.zip' }),
      run('long', long),
      run('without', '', { zip: 'missing.zip', env: { PATH: '/nowhere' } }),
      run('silent', "'only its output'"),
      run('exits', "'before'\nexit 3"),
      run('early', 'param($Zip, $Version, [switch] $Json) throw \'no \u00fcmlaut "here"\''),
    ];
    writeFileSync(list, listOf(scripts));
    const [command = '', ...words] = oneByOne(list);
    ends = endsIn((await site.run(command, words, powershellEnvironment(site))).stdout);
  }, 120_000);

  it('a download that fails is a failed deployment, and the last line has it', () => {
    expect(ends.get('download')?.code).toBe(1);
    expect(outputOf('download')).toHaveLength(1);
    const { deployment_id, ...rest } = JSON.parse(lastOf('download'));
    expect(deployment_id).toMatch(/^\d{8}T/);
    expect(rest).toMatchObject({ version: '7.0.0', status: 'failed', deployment_method: 'azure-arc' });
    expect(rest.error_message).toContain('404');
    expect(rest.error_message).not.toContain('page of many lines');
  });

  it('an error before the start is the error of the deployment', () => {
    expect(JSON.parse(lastOf('early'))).toMatchObject({
      status: 'failed',
      error_message: 'no \u00fcmlaut "here"',
    });
  });

  it('if deploytrack cannot be run, the last line still says that and why the deployment failed', () => {
    expect(ends.get('without')?.code).toBe(1);
    const line = { deployment_id: null, version: '7.0.0', status: 'failed' };
    expect(JSON.parse(lastOf('without'))).toMatchObject(line);
  });

  it('a script that ends without a result has a last line too, and its exit code', () => {
    const line = { deployment_id: null, version: '7.0.0' };
    expect(ends.get('silent')?.code).toBe(0);
    expect(outputOf('silent')[0]).toBe('only its output');
    expect(JSON.parse(lastOf('silent'))).toMatchObject({ ...line, status: 'unknown' });
    expect(ends.get('exits')?.code).toBe(3);
    const error_message = expect.stringContaining('exit code 3');
    expect(JSON.parse(lastOf('exits'))).toEqual({ ...line, status: 'failed', error_message });
  });

  it('with 60 phases and long notes the last line has less than 4 KB, and the longest phases', () => {
    expect(ends.get('long')).toMatchObject({ code: 0, thrown: null });
    expect(outputOf('long')).toEqual(['output of the script', expect.any(String)]);
    expect(lastOf('long').length).toBeLessThan(4000);
    expect(lastOf('long')).toMatch(/^[\x20-\x7e]*$/);
    const { status, notes, phases } = JSON.parse(lastOf('long'));
    expect({ status, notes: notes.slice(0, 3) }).toEqual({ status: 'success', notes: '\u00fc\u00fc\u00fc' });
    expect(phases.length).toBeGreaterThan(0);
  });
});
