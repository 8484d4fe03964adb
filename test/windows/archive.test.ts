import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { because } from '../support/because.ts';
import { eventually } from '../support/eventually.ts';
import { type End, noWindows, type Windows, windows } from './wine.ts';

vi.setConfig({ hookTimeout: 240_000 });

const ledger = 'ProgramData/deploytrack/deployments.db';
const addon = 'node_modules/better-sqlite3/prebuilds/win32-x64.node';
const words = ['two words', 'say "x"', '%PATH%', '^caret&|', 'grün', '😀', '', 'back\\', '--', '*.js'];

describe.skipIf(because(windows === null, noWindows))('The archive on node.exe', () => {
  const c = windows as Windows;
  const ends: Record<string, End> = {};
  let id: string;
  const service = createServer((_, response) => response.writeHead(isUp ? 200 : 503).end());
  let isUp = true;
  afterAll(() => {
    service.close();
    service.closeAllConnections();
  });

  const before = new Set<string>();

  // One deployment with all that the tests look at, because each start takes seconds.
  beforeAll(async () => {
    for (const name of namesOn(c)) before.add(name);
    mkdirSync(c.path('work/textfiles'));
    writeFileSync(c.path('work/deploytrack.yaml'), '# of the host\r\nmethod: by-wine\r\n');
    writeFileSync(
      c.path('work/show.js'),
      "require('node:fs').writeFileSync('args.json', JSON.stringify(process.argv.slice(2)))",
    );
    ends.start = await c.cmd([
      'deploytrack',
      'start',
      '--deployment',
      'notes',
      '--version',
      '1',
      '--previous-version',
      '0',
    ]);
    id = ends.start.stdout.trim();
    const env = { DEPLOYTRACK_ID: id };
    const node = `${c.folder}\\node.exe`;
    ends.args = await c.run(['phase', 'run', 'args', '--', node, 'show.js', ...words], env);
    ends.code = await c.run(['phase', 'run', 'code', '--', node, '-e', 'process.exit(-5)'], env);
    const forever = ['-e', 'setTimeout(() => {}, 60_000)'];
    ends.slow = await c.run(['phase', 'run', 'slow', '--timeout', '1s', '--', node, ...forever], env);
    await aside(addon, async () => {
      ends.record = await c.run(['phase', 'record', 'import', '--duration', '3s'], env);
    });
    await cutover(env);
    ends.finish = await c.run(['finish', '--textfile', 'C:\\work\\textfiles'], env);
  });

  /** Down from its start until its end, which both are there for the prober to see. */
  async function cutover(env: Record<string, string>): Promise<void> {
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
    let checks = 0;
    service.on('request', () => {
      checks += 1;
    });
    ends.cutover = await c.run(['phase', 'start', 'cutover', '--probe', url], env);
    isUp = false;
    const seen = checks;
    await eventually(() => checks > seen + 5, { what: 'checks while the service is down' });
    isUp = true;
    ends.cutoverEnd = await c.run(['phase', 'end', 'cutover'], env);
  }

  /** While a file of the archive is missing. */
  async function aside(name: string, work: () => Promise<void>): Promise<void> {
    const file = c.path(`${c.folder.slice(3).replaceAll('\\', '/')}/${name}`);
    renameSync(file, `${file}.aside`);
    try {
      await work();
    } finally {
      renameSync(`${file}.aside`, file);
    }
  }

  const phase = (name: string) =>
    c.rows(ledger, 'SELECT * FROM deployment_stages').find(({ stage }) => stage === name);

  test('deploytrack.cmd starts a deployment in the ledger below ProgramData, in SQLite', () => {
    expect(ends.start?.code).toBe(0);
    // wine's whoami knows no SIDs.
    expect(ends.start?.stderr).toMatch(
      /^deploytrack: warning: the ledger's folder .* was not closed .*\n.*\n$/,
    );
    expect(id).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/);
    expect(c.rows(ledger, 'SELECT deployment_id AS id, version FROM deployment_metrics')).toContainEqual({
      id,
      version: '1',
    });
  });

  test('a settings file with the line ends of Windows is read', () => {
    expect(c.rows(ledger, 'SELECT deployment_method AS method FROM deployment_metrics')).toEqual([
      { method: 'by-wine' },
    ]);
  });

  test('a wrapped program gets its arguments exactly', () => {
    expect(ends.args).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(readFileSync(c.path('work/args.json'), 'utf8'))).toEqual(words);
  });

  test('a negative exit code is passed on and kept as it is', () => {
    expect(ends.code?.code).toBe(256 - 5);
    expect(phase('code')).toMatchObject({ status: 'failed', exit_code: -5 });
  });

  test('a program that takes too long is ended, and its phase has failed', () => {
    expect(ends.slow?.code).toBe(124);
    expect(phase('slow')).toMatchObject({ status: 'failed', exit_code: 124 });
  });

  test('without the addon a mark is saved to the journal, and imported when the addon is back', () => {
    expect(ends.record).toMatchObject({ code: 0, stdout: '' });
    expect(ends.record?.stderr).toContain('the mark was saved to');
    expect(phase('import')).toMatchObject({ status: 'success', duration_seconds: 3 });
    const left = readdirSync(c.path('ProgramData/deploytrack')).filter((name) => name.endsWith('.done'));
    expect(left).toEqual([]);
  });

  test('the background prober measures the downtime of a cutover in two steps', () => {
    expect([ends.cutover, ends.cutoverEnd]).toMatchObject([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    const [{ downtime } = {}] = c.rows(
      ledger,
      'SELECT downtime_duration AS downtime FROM deployment_metrics',
    );
    expect(downtime).toBeGreaterThan(0.1);
  });

  test('finish writes a text file for windows_exporter', () => {
    expect(ends.finish?.code).toBe(0);
    const written = readdirSync(c.path('work/textfiles')).filter((name) => name.endsWith('.prom'));
    expect(written.length).toBeGreaterThan(0);
    const text = readFileSync(c.path(`work/textfiles/${written[0]}`), 'utf8');
    expect(text).toContain('deployment_stage_duration_seconds_count{');
    expect(text).not.toContain('\r');
  });

  test('history shows the deployment without HOME, USERPROFILE, TEMP and what else a service may lack', async () => {
    const missing = 'HOME USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA ProgramData TEMP TMP PATHEXT';
    const lines = missing.split(' ').map((name) => `@set ${name}=\r\n`);
    const call = `@"${c.folder}\\node.exe" "${c.folder}\\bin\\deploytrack.js" history --json\r\n`;
    writeFileSync(c.path('work/bare.cmd'), [...lines, call].join(''));
    const { code, stdout, stderr } = await c.cmd(['bare.cmd']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject([{ deployment_id: id, deployment: 'notes' }]);
  });

  test('serve answers requests with metrics and health', async () => {
    const words = ['serve', '--listen', '127.0.0.1:0'];
    const server = c.start([`${c.folder}\\node.exe`, `${c.folder}\\bin\\deploytrack.js`, ...words]);
    try {
      const address = () => /http:\/\/127\.0\.0\.1:\d+/.exec(Object.values(server.said()).join())?.[0];
      const url = await eventually(address, { what: 'address of serve', deadlineMs: 40_000 });
      const metrics = await fetch(`${url}/metrics`);
      expect(metrics.status).toBe(200);
      expect(await metrics.text()).toContain('deployment_total{');
      const health = await fetch(`${url}/health`);
      expect(health.status).toBe(200);
      expect(await health.json()).toMatchObject({
        service: 'notes',
        deployment_metrics: [
          { deployment_id: id, status: 'failed', error_message: 'phase code: exit code -5' },
        ],
      });
    } finally {
      server.child.kill('SIGKILL');
    }
  });

  test('nothing on C: is new, except in the folder of the ledger, the work folder and folders for temporary files', () => {
    const allowed = /^(ProgramData\/deploytrack|work|users\/root\/Temp|windows\/temp)(\/|$)/;
    expect(namesOn(c).filter((name) => !before.has(name) && !allowed.test(name))).toEqual([]);
  });
});

/** Every file and folder of C:. */
const namesOn = (c: Windows) => readdirSync(c.path(''), { recursive: true, encoding: 'utf8' });
