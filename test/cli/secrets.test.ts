import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { saysFirst } from '../child/front.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { endOf, newProgram, type Program, type ProgramEnd } from '../support/program.ts';
import { type RawServer, startRawServer } from '../support/rawServer.ts';

vi.setConfig({ testTimeout: 60_000 });

const secret = 'hunter2-S3CRET';
let gateway: Gateway;
let refusing: RawServer;

beforeAll(async () => {
  gateway = await startGateway();
  refusing = await startRawServer(
    (socket) => void socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\n\r\nno\n'),
  );
});

afterAll(async () => {
  await gateway.stop();
  await refusing.stop();
});

/** Runs all commands of a deployment and collects their output, and while one runs, its line of `ps`. */
async function deploy(program: Program, env: Readonly<Record<string, string>>): Promise<string> {
  const said: ProgramEnd[] = [];
  const run = async (...words: string[]) => said.push(await program.run(words, { env }));
  const id = ['--id', 'd'];
  await run('init', '--deployment', 'app');
  await run(
    'start',
    '--deployment',
    'app',
    '--version',
    '1',
    ...id,
    '--url',
    `https://me:${secret}@ci.example/run/1`,
  );
  await run('phase', 'start', 'extract', ...id);
  await run('phase', 'end', 'extract', ...id);
  const child = program.spawn(
    [
      'migrate',
      '--keep-stderr',
      ...id,
      '--',
      'sh',
      '-c',
      `echo ready; echo PASSWORD=${secret} >&2; sleep 0.3`,
    ],
    { env },
  );
  const ended = endOf(child);
  await saysFirst(child, 'ready');
  const processes = spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(child.pid)]).stdout.toString();
  const own = processes.split(' -- ')[0] ?? '';
  expect(own).toContain('migrate');
  // Output of the wrapped command itself is passed on unchanged.
  said.push({ ...(await ended), stderr: '' });
  const target = `${refusing.url.replace('http://', `http://me:${secret}@`)}/health?token=${secret}`;
  await run(
    'health',
    target,
    '--timeout',
    '300ms',
    '--interval',
    '100ms',
    ...id,
    '--header',
    `X-Key: @${join(program.folder, 'key')}`,
  );
  await run('phase', 'start', 'cutover', '--probe', target, ...id);
  await run('phase', 'end', 'cutover', '--probe-timeout', '0s', ...id);
  await run('finish', ...id, '--json');
  for (const words of [
    ['show'],
    ['show', '--json'],
    ['history', '--json'],
    ['stats'],
    ['doctor'],
    ['push', '--dry-run'],
    ['push'],
  ])
    await run(...words);
  return own + JSON.stringify(said);
}

/** The bytes of all files that the program wrote, without those that the test created. */
function written(program: Program, ours: readonly string[]): string {
  const names = readdirSync(program.folder, { recursive: true }) as string[];
  const files = names.filter((name) => !ours.includes(name) && statSync(join(program.folder, name)).isFile());
  return files.map((name) => readFileSync(join(program.folder, name), 'latin1')).join('\n');
}

const hidden: Record<
  string,
  { taken: boolean; environment: (url: string, key: string) => Record<string, string> }
> = {
  'the address of a gateway': {
    taken: true,
    environment: (url) => ({ PUSHGATEWAY_URL: url.replace('http://', `http://deploy:${secret}@`) }),
  },
  'the address of a gateway that wants another password': {
    taken: false,
    environment: (url) => ({
      PUSHGATEWAY_URL: url.replace('http://', 'http://deploy:%68unter2-S3CRET@'),
      DEPLOYTRACK_HEALTH_HEADERS: `X-Key: ${secret}`,
    }),
  },
  'variables of their own': {
    taken: true,
    environment: (url) => ({
      PUSHGATEWAY_URL: url,
      DEPLOYTRACK_GATEWAY_USERNAME: 'deploy',
      DEPLOYTRACK_GATEWAY_PASSWORD: secret,
      DEPLOYTRACK_GATEWAY_HEADERS: `X-Scope: ${secret}`,
    }),
  },
  'a file': {
    taken: false,
    environment: (url, key) => ({ PUSHGATEWAY_URL: url, DEPLOYTRACK_GATEWAY_TOKEN_FILE: key }),
  },
};

test.each(Object.entries(hidden))(
  'the secret in %s appears nowhere: not in output, ledger, metrics or ps',
  async (_, { taken, environment }) => {
    const program = newProgram();
    const key = join(program.folder, 'key');
    writeFileSync(key, `${secret}\n`);
    const said = await deploy(program, environment(taken ? gateway.url : refusing.url, key));
    expect(leaks(said)).toEqual([]);
    expect(leaks(written(program, ['key']))).toEqual([]);
    expect(leaks(await gateway.text())).toEqual([]);
    expect(program.rows('SELECT url FROM deployment_metrics')).toEqual([{ url: 'https://ci.example/run/1' }]);
    expect(
      program.rows("SELECT count(*) AS kept FROM deployment_stages WHERE stderr_tail LIKE '%PASSWORD=***%'"),
    ).toEqual([{ kept: 1 }]);
  },
);

test('the warning about an invalid address does not show a secret in it', async () => {
  const program = newProgram();
  for (const address of [
    `deploy:${secret}@gateway:9091`,
    `http://deploy:${secret}@[gateway`,
    `ftp://deploy:${secret}@gateway`,
  ]) {
    const env = { PUSHGATEWAY_URL: address };
    const said = [
      await program.run(['extract', '--id', 'd', '--', 'true'], { env }),
      await program.run(['stats'], { env }),
      await program.run(['doctor'], { env }),
      await program.run(['extract', '--id', 'd', '--gateway', address, '--', 'true']),
    ];
    expect(leaks(JSON.stringify(said))).toEqual([]);
    expect(leaks(written(program, []))).toEqual([]);
  }
});

test('credentials reach the gateway and nothing else', async () => {
  const seen = await startRawServer(
    (socket) => void socket.end('HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n'),
  );
  const program = newProgram({
    env: {
      PUSHGATEWAY_URL: seen.url.replace('http://', `http://deploy:${secret}@`),
      DEPLOYTRACK_WARNINGS: 'off',
    },
  });
  await program.run(['start', '--deployment', 'app', '--version', '1', '--id', 'd']);
  await program.run(['push']);
  const requests = seen.received.map((bytes) => bytes.toString('latin1')).join('\n');
  expect(requests).toContain(`Basic ${Buffer.from(`deploy:${secret}`).toString('base64')}`);
  expect(requests).not.toContain(secret);
  await seen.stop();
});

/** The places of a text in which the secret appears, plain or encoded. */
function leaks(text: string): string[] {
  const forms = [
    secret,
    encodeURIComponent(`:${secret}`),
    '%68unter2',
    Buffer.from(`deploy:${secret}`).toString('base64'),
  ];
  return forms
    .filter((form) => text.includes(form))
    .map((form) => text.slice(Math.max(0, text.indexOf(form) - 120), text.indexOf(form) + 40));
}
