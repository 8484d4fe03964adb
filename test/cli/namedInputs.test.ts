import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { startHttp } from '../probe/endpoint.ts';
import { eventually } from '../support/eventually.ts';
import { endOf, newProgram, type Program, type ProgramEnd, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What may be in place of a file, by its name in the working folder. */
const odd = ['pipe', '/dev/zero', 'folder', 'huge'] as const;

/** The same files, with an open deployment. */
async function withOddFiles(): Promise<{ program: Program; id: string }> {
  const program = onlyOddFiles();
  return { program, id: await startDeployment(program) };
}

function onlyOddFiles(): Program {
  const program = newProgram();
  execFileSync('mkfifo', [join(program.folder, 'pipe')]);
  mkdirSync(join(program.folder, 'folder'));
  writeFileSync(join(program.folder, 'huge'), '');
  truncateSync(join(program.folder, 'huge'), 10 * 1024 ** 3); // A sparse file: it takes no space.
  return program;
}

/** How the program ended; it is killed after twenty seconds. */
function inTime(program: Program, args: readonly string[], env: Record<string, string> = {}) {
  const words = ['-s', 'KILL', '20', ...program.words, ...args];
  return endOf(
    spawn('timeout', words, {
      cwd: program.folder,
      env: { ...program.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

function saysWhy({ stderr }: ProgramEnd): void {
  expect(stderr).toMatch(
    /^deploytrack: (error|warning): [^\n]*cannot be read[^\n]*\n(deploytrack: hint: [^\n]+\n)?$/,
  );
}

describe.each(odd)('%s in place of a file', (name) => {
  test('a text is left out with one line, or cut to the end of a long file, and the mark is recorded', async () => {
    for (const option of ['--notes', '--error']) {
      const { program, id } = await withOddFiles();
      const end = await inTime(program, ['finish', '--id', id, option, `@${name}`]);
      if (name === 'huge') expect(end.stderr).toContain('only its last 64 KiB were recorded');
      else saysWhy(end);
      expect(end.code).toBe(0);
      const [row] = program.rows('SELECT deployment_status AS status FROM deployment_metrics');
      expect(row).toEqual({ status: 'success' });
    }
  });

  test('a rollback is recorded without its reason, and its command runs, if the reason cannot be read', async () => {
    const { program, id } = await withOddFiles();
    const words = ['--of', id, '--reason', `@${name}`, '--', 'sh', '-c', 'echo ran; exit 3'];
    const end = await inTime(program, ['rollback', ...words]);
    expect(end).toMatchObject({ code: 3, stdout: 'ran\n' });
    expect(end.stderr).toMatch(
      name === 'huge' ? /only its (last 64 KiB|first 200 characters)/ : /cannot be read/,
    );
    expect(program.rows('SELECT exit_code FROM rollbacks')).toEqual([{ exit_code: 3 }]);
  });

  test('a header or certificate authority that cannot be read is a usage error before anything is probed', async () => {
    const program = onlyOddFiles();
    const probe = ['health', 'http://127.0.0.1:9/', '--timeout', '1s'];
    for (const option of [
      ['--header', `X: @${name}`],
      ['--ca', name],
    ]) {
      const end = await inTime(program, [...probe, ...option]);
      expect(end.code).toBe(2);
      saysWhy(end);
    }
  });

  test('a mark is recorded and says that the gateway secret cannot be read', async () => {
    const { program, id } = await withOddFiles();
    const env = { DEPLOYTRACK_GATEWAY_TOKEN_FILE: name, PUSHGATEWAY_URL: 'http://127.0.0.1:1' };
    const end = await inTime(program, ['phase', 'record', 'x', '--duration', '1s', '--id', id], env);
    expect(end.code).toBe(0);
    expect(end.stderr).toMatch(/^deploytrack: warning: [^\n]*_FILE: \S+ cannot be read [^\n]*\n$/);
    expect(program.rows('SELECT stage FROM deployment_stages')).toEqual([{ stage: 'x' }]);
  });

  test('health headers of the environment that cannot be read are left out with a warning', async () => {
    const program = onlyOddFiles();
    const { port } = await startHttp((_, response) => void response.end('{}'));
    const args = ['health', `http://127.0.0.1:${port}/`, '--any-version', '--id', 'none'];
    const end = await inTime(program, args, { DEPLOYTRACK_HEALTH_HEADERS_FILE: name });
    expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('cannot be read') });
  });

  test('serve does not start if a secret or certificate cannot be read', async () => {
    const program = onlyOddFiles();
    const serve = ['serve', '--listen', '127.0.0.1:0'];
    for (const end of [
      await inTime(program, serve, { DEPLOYTRACK_SERVE_TOKEN_FILE: name }),
      await inTime(program, [...serve, '--tls-cert', name, '--tls-key', name]),
    ]) {
      expect(end.code).toBe(2);
      saysWhy(end);
    }
  });

  test('import says why a file cannot be read', async () => {
    const program = onlyOddFiles();
    const end = await inTime(program, ['import', name]);
    expect(end.code).toBe(1);
    saysWhy(end);
  });

  test('a migration whose count cannot be read counts as one, with a warning, and sizes stay empty', async () => {
    const { program, id } = await withOddFiles();
    const count = ['migrate', '--id', id, '--count-file', name, '--database-file', name, '--', 'true'];
    const end = await inTime(program, count);
    expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('counted as 1') });
    if (name !== 'huge') {
      const extract = ['extract', '--id', id, '--artifact', name, '--', 'true'];
      const quietly = await inTime(program, extract);
      expect(quietly.code).toBe(0);
      expect(quietly.stderr).toMatch(
        /^deploytrack: warning: --artifact [^\n]* its size was not recorded\ndeploytrack: hint: [^\n]+\n$/,
      );
    }
    const sizes = program.rows('SELECT artifact_bytes, database_bytes FROM deployment_stages ORDER BY rowid');
    const database_bytes = name === 'huge' ? 10 * 1024 ** 3 : null;
    expect(sizes[0]).toEqual({ artifact_bytes: null, database_bytes });
    if (name !== 'huge') expect(sizes[1]).toEqual({ artifact_bytes: null, database_bytes: null });
  });
});

test.each([
  ['DEPLOYTRACK_GATEWAY_TOKEN', ''],
  ['DEPLOYTRACK_GATEWAY_TOKEN_FILE', 'empty'],
  ['DEPLOYTRACK_GATEWAY_PASSWORD_FILE', ''],
])(
  'an empty secret for the gateway (%s=%s) gives a warning, and the metrics are pushed',
  async (name, value) => {
    const program = newProgram();
    writeFileSync(join(program.folder, 'empty'), '\n');
    const id = await startDeployment(program);
    const { port } = await startHttp((_, response) => void response.writeHead(200).end(''));
    const env = { [name]: value, PUSHGATEWAY_URL: `http://127.0.0.1:${port}` };
    const end = await program.run(['push'], { env });
    expect(end.stderr).toMatch(new RegExp(`^deploytrack: warning: ${name}.* is empty; it is not sent\\n`));
    expect(program.rows('SELECT deployment_id FROM deployment_metrics')).toEqual([{ deployment_id: id }]);
    const strict = { ...env, DEPLOYTRACK_STRICT: '1' };
    const mark = ['phase', 'start', 'x', '--id', id];
    expect((await program.run(mark, { env: strict })).code).toBe(0);
  },
);

test.each([
  ['DEPLOYTRACK_HEALTH_HEADERS', ''],
  ['DEPLOYTRACK_HEALTH_HEADERS_FILE', '/dev/null'],
])(
  'empty or unreadable headers of a probe (%s=%s) give a warning, and the probe runs',
  async (name, value) => {
    const { port } = await startHttp((_, response) => void response.end('{}'));
    const args = ['health', `http://127.0.0.1:${port}/`, '--any-version', '--id', 'none'];
    const end = await newProgram().run(args, { env: { [name]: value } });
    expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining(`${name}`) });
  },
);

test('a pipe as HEAD of a repository leaves the version unknown', async () => {
  const program = newProgram();
  mkdirSync(join(program.folder, '.git'));
  execFileSync('mkfifo', [join(program.folder, '.git', 'HEAD')]);
  const end = await inTime(program, ['start', '--deployment', 'app']);
  expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('recorded as `unknown`') });
});

describe('Texts from a pipe', () => {
  test.each([
    ['a process substitution', 'finish --error @<(sleep .3; printf word)'],
    ['standard input given as -', 'finish --error - < <(sleep .3; printf word)'],
    ['standard input given as /dev/stdin', 'finish --error @/dev/stdin < <(printf word)'],
    [
      'standard input from a file that was partly read before',
      '{ read -r line; "$@" finish --error -; } < lines',
    ],
  ])('a text is read from %s', async (_, words) => {
    const program = newProgram();
    writeFileSync(join(program.folder, 'lines'), 'first\nword\n');
    const id = await startDeployment(program);
    const script = words.startsWith('{') ? words : `"$@" ${words}`;
    const end = await endOf(
      spawn('bash', ['-c', script, 'bash', ...program.words], {
        cwd: program.folder,
        env: { ...program.env, DEPLOYTRACK_ID: id },
      }),
    );
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(program.rows('SELECT error_message FROM deployment_metrics')).toEqual([{ error_message: 'word' }]);
  });

  test('a signal immediately ends the wait for a pipe that sends nothing', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const child = spawn(
      'bash',
      ['-c', 'sleep 100 | exec "$@"', 'bash', ...program.words, 'finish', '--notes', '-'],
      {
        env: { ...program.env, DEPLOYTRACK_ID: id },
        detached: true,
      },
    );
    const ended = endOf(child);
    await eventually(() => (hasChild(child.pid) ? true : undefined));
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    expect((await ended).signal).toBe('SIGTERM');
  });
});

function hasChild(pid: number | undefined): boolean {
  return execFileSync('ps', ['-o', 'args=', '--ppid', String(pid)], { encoding: 'utf8' }).includes('finish');
}

describe('Long texts', () => {
  test.each([
    ['in a file', ['--error', '@long'], {}],
    ['on the command line', ['--error', `${'x'.repeat(100_000)} end`], {}],
    ['in the environment', [], { DEPLOYTRACK_ERROR: `${'x'.repeat(100_000)} end` }],
  ] as const)(
    'a text %s above the limit is cut to its last 64 KiB with one warning',
    async (_, words, env) => {
      const program = newProgram();
      writeFileSync(join(program.folder, 'long'), `${'line of a log\n'.repeat(300_000)}the end`);
      const id = await startDeployment(program);
      const end = await program.run(['finish', '--id', id, ...words], { env });
      expect(end.code).toBe(0);
      expect(end.stderr).toMatch(/^deploytrack: warning: \S+ is long; only its last 64 KiB were recorded\n$/);
      const [row] = program.rows(
        "SELECT length(CAST(error_message AS BLOB)) AS bytes, error_message LIKE '%end' AS ends FROM deployment_metrics",
      );
      expect(row).toEqual({ bytes: 65_536, ends: 1 });
    },
  );

  test('reading a text from an endless pipe stops', { timeout: 150_000 }, async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const words = ['-c', 'yes | timeout -s KILL 120 "$@"', 'bash', ...program.words];
    const end = await endOf(
      spawn('bash', [...words, 'phase', 'record', 'x', '--duration', '1s', '--error', '-'], {
        env: { ...program.env, DEPLOYTRACK_ID: id },
      }),
    );
    expect(end.code).toBe(0);
    expect(end.stderr).toContain('standard input did not end in time');
  });
});
