import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { startHttp } from '../probe/endpoint.ts';
import { eventually } from '../support/eventually.ts';
import { endOf, newProgram, type Program, type ProgramEnd, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What may stand in the place of a file, by the name that it has in the working folder. */
const odd = ['pipe', '/dev/zero', 'folder', 'huge'] as const;

/** Beside them a deployment that has begun. */
async function withOddFiles(): Promise<{ program: Program; id: string }> {
  const program = onlyOddFiles();
  return { program, id: await startDeployment(program) };
}

function onlyOddFiles(): Program {
  const program = newProgram();
  execFileSync('mkfifo', [join(program.folder, 'pipe')]);
  mkdirSync(join(program.folder, 'folder'));
  writeFileSync(join(program.folder, 'huge'), '');
  truncateSync(join(program.folder, 'huge'), 10 * 1024 ** 3); // a hole: it takes no room
  return program;
}

/** Its end, or what is no end: killed after twenty seconds. */
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

describe.each(odd)('where %s stands in the place of a file', (name) => {
  test('words are left out with one line, but for the end of a long file, and the mark is kept', async () => {
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

  test('a way back is recorded without its reason, and run', async () => {
    const { program, id } = await withOddFiles();
    const words = ['--of', id, '--reason', `@${name}`, '--', 'sh', '-c', 'echo ran; exit 3'];
    const end = await inTime(program, ['rollback', ...words]);
    expect(end).toMatchObject({ code: 3, stdout: 'ran\n' });
    expect(end.stderr).toMatch(
      name === 'huge' ? /only its (last 64 KiB|first 200 characters)/ : /cannot be read/,
    );
    expect(program.rows('SELECT exit_code FROM rollbacks')).toEqual([{ exit_code: 3 }]);
  });

  test('a header and an authority are refused before anything is probed', async () => {
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

  test('a mark says that the gateway’s secret cannot be read, and is kept', async () => {
    const { program, id } = await withOddFiles();
    const env = { DEPLOYTRACK_GATEWAY_TOKEN_FILE: name, PUSHGATEWAY_URL: 'http://127.0.0.1:1' };
    const end = await inTime(program, ['phase', 'record', 'x', '--duration', '1s', '--id', id], env);
    expect(end.code).toBe(0);
    expect(end.stderr).toMatch(/^deploytrack: warning: [^\n]*_FILE: \S+ cannot be read [^\n]*\n$/);
    expect(program.rows('SELECT stage FROM deployment_stages')).toEqual([{ stage: 'x' }]);
  });

  test('headers of the environment are left out with a warning', async () => {
    const program = onlyOddFiles();
    const { port } = await startHttp((_, response) => void response.end('{}'));
    const args = ['health', `http://127.0.0.1:${port}/`, '--any-version', '--id', 'none'];
    const end = await inTime(program, args, { DEPLOYTRACK_HEALTH_HEADERS_FILE: name });
    expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('cannot be read') });
  });

  test('the server does not begin', async () => {
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

  test('an import says why', async () => {
    const program = onlyOddFiles();
    const end = await inTime(program, ['import', name]);
    expect(end.code).toBe(1);
    saysWhy(end);
  });

  test('a migration is counted as one, with a warning, and sizes stay empty', async () => {
    const { program, id } = await withOddFiles();
    const count = ['migrate', '--id', id, '--count-file', name, '--database-file', name, '--', 'true'];
    const end = await inTime(program, count);
    expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('counted as 1') });
    if (name !== 'huge') {
      const extract = ['extract', '--id', id, '--artifact', name, '--', 'true'];
      const quietly = await inTime(program, extract);
      expect(quietly.code).toBe(0);
      expect(quietly.stderr).toMatch(
        /^deploytrack: warning: --artifact [^\n]* its size was left out \([^\n]+\)\n$/,
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
])('an empty secret that is only sent (%s=%s) is a warning, and the metrics go', async (name, value) => {
  const program = newProgram();
  writeFileSync(join(program.folder, 'empty'), '\n');
  const id = await startDeployment(program);
  const { port } = await startHttp((_, response) => void response.writeHead(200).end(''));
  const env = { [name]: value, PUSHGATEWAY_URL: `http://127.0.0.1:${port}` };
  const end = await program.run(['push'], { env });
  expect(end.stderr).toMatch(new RegExp(`^deploytrack: warning: ${name}.* is empty: it is not sent\\n`));
  expect(program.rows('SELECT deployment_id FROM deployment_metrics')).toEqual([{ deployment_id: id }]);
  const strict = { ...env, DEPLOYTRACK_STRICT: '1' };
  const mark = ['phase', 'start', 'x', '--id', id];
  expect((await program.run(mark, { env: strict })).code).toBe(0);
});

test.each([
  ['DEPLOYTRACK_HEALTH_HEADERS', ''],
  ['DEPLOYTRACK_HEALTH_HEADERS_FILE', '/dev/null'],
])('empty or unreadable headers of a probe (%s=%s) are a warning, and it goes', async (name, value) => {
  const { port } = await startHttp((_, response) => void response.end('{}'));
  const args = ['health', `http://127.0.0.1:${port}/`, '--any-version', '--id', 'none'];
  const end = await newProgram().run(args, { env: { [name]: value } });
  expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining(`${name}`) });
});

test('a pipe as HEAD of a repository leaves the version unknown', async () => {
  const program = newProgram();
  mkdirSync(join(program.folder, '.git'));
  execFileSync('mkfifo', [join(program.folder, '.git', 'HEAD')]);
  const end = await inTime(program, ['start', '--deployment', 'app']);
  expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('recorded as `unknown`') });
});

describe('words from a pipe', () => {
  test.each([
    ['a substituted process', 'finish --error @<(sleep .3; printf word)'],
    ['standard input by its sign', 'finish --error - < <(sleep .3; printf word)'],
    ['standard input by its name', 'finish --error @/dev/stdin < <(printf word)'],
    ['standard input from a file that was read before', '{ read -r line; "$@" finish --error -; } < lines'],
  ])('come from %s', async (_, words) => {
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

  test('that says nothing and does not end is left by a signal at once', async () => {
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

describe('a long text', () => {
  test.each([
    ['of a file', ['--error', '@long'], {}],
    ['of the command line', ['--error', `${'x'.repeat(100_000)} end`], {}],
    ['of the environment', [], { DEPLOYTRACK_ERROR: `${'x'.repeat(100_000)} end` }],
  ] as const)('%s is kept by its last 64 KiB, with one warning', async (_, words, env) => {
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
  });

  test('from a pipe that goes on and on is given up', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const words = ['-c', 'yes | timeout -s KILL 50 "$@"', 'bash', ...program.words];
    const end = await endOf(
      spawn('bash', [...words, 'phase', 'record', 'x', '--duration', '1s', '--error', '-'], {
        env: { ...program.env, DEPLOYTRACK_ID: id },
      }),
    );
    expect(end.code).toBe(0);
    expect(end.stderr).toContain('standard input did not end in time');
  });
});
