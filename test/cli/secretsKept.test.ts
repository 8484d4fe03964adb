import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { because } from '../support/because.ts';
import { endOf, newProgram, type Program } from '../support/program.ts';
import { startRawServer } from '../support/rawServer.ts';

vi.setConfig({ testTimeout: 120_000 });

const secret = 'hunter2-S3CRET';
const id = ['--id', 'd'];

async function begun(env: Readonly<Record<string, string>> = {}): Promise<Program> {
  const program = newProgram({ env });
  await program.quiet(['start', '--deployment', 'app', '--version', '1', ...id]);
  return program;
}

/** Everything that the program has written, and everything that its reading commands show. */
async function everything(program: Program): Promise<string> {
  const shown: string[] = [];
  for (const words of [
    ['show', 'd'],
    ['show', 'd', '--json'],
    ['show', 'd', '--format', 'markdown'],
    ['export'],
    ['history', '--json'],
    ['doctor'],
    ['push', '--dry-run'],
  ]) {
    const { stdout, stderr } = await program.run(words);
    shown.push(stdout, stderr);
  }
  const names = readdirSync(program.folder, { recursive: true }) as string[];
  const files = names.map((name) => join(program.folder, name)).filter((path) => statSync(path).isFile());
  return [...shown, ...files.map((path) => readFileSync(path, 'latin1'))].join('\n');
}

function stderrTail(program: Program): string {
  return String(program.rows('SELECT stderr_tail AS tail FROM deployment_stages')[0]?.tail);
}

/** Lines after the secret that push its beginning beyond the stored tail. */
const linesAfter = (lines: number) =>
  `i=0; while [ $i -lt ${lines} ]; do echo "some line of text $i after it" >&2; i=$((i+1)); done`;

describe('Secrets in saved stderr', () => {
  test('saved stderr has no part of a private key whose beginning lies before the saved tail', async () => {
    const program = await begun();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 4096 });
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
    for (const lines of [30, 100, 2000]) {
      const run = `cat - >&2; ${linesAfter(lines)}; exit 1`;
      const child = program.spawn(
        ['phase', 'run', `p${lines}`, '--keep-stderr', ...id, '--', 'sh', '-c', run],
        { stdin: pem },
      );
      expect((await endOf(child)).code).toBe(1);
    }
    const kept = await everything(program);
    for (const line of pem.split('\n').filter((one) => one.length > 8 && !one.startsWith('-')))
      expect(kept).not.toContain(line.slice(0, 40));
    expect(kept).toContain('some line of text 29 after it');
  });

  test('saved stderr has no secret whose name lies before the saved tail', async () => {
    const program = await begun();
    const long = secret.repeat(600);
    const run = `printf '%s' 'password="' >&2; cat - >&2; echo '"' >&2; echo the end >&2; exit 1`;
    const words = (phase: string) => ['phase', 'run', phase, '--keep-stderr', ...id, '--', 'sh', '-c', run];
    await endOf(program.spawn(words('short'), { stdin: long }));
    expect(stderrTail(program)).toBe('password="***"\nthe end\n');
    // Longer than everything that is examined: a single word whose name is out of reach.
    await endOf(program.spawn(words('long'), { stdin: long.repeat(12) }));
    const kept = await everything(program);
    expect(kept).not.toContain(secret);
    expect(kept).not.toContain('S3CRET');
  });

  test('saved stderr is its last 4 KiB, redacted before it is cut', async () => {
    const program = await begun();
    await program.run([
      'phase',
      'run',
      'x',
      '--keep-stderr',
      ...id,
      '--',
      'sh',
      '-c',
      `${linesAfter(1000)}; exit 1`,
    ]);
    const tail = stderrTail(program);
    expect(Buffer.byteLength(tail)).toBe(4096);
    expect(tail.endsWith('some line of text 999 after it\n')).toBe(true);
  });

  test('redacting any text of stderr takes little time', async () => {
    const program = await begun();
    const print = "process.stderr.write('token.'.repeat(683)); process.exit(1)";
    const beganMs = performance.now();
    const end = await program.run([
      'phase',
      'run',
      'c',
      '--keep-stderr',
      ...id,
      '--',
      process.execPath,
      '-e',
      print,
    ]);
    expect(end.code).toBe(1);
    expect(performance.now() - beganMs).toBeLessThan(20_000);
  });
});

describe('Secrets in generated errors, reasons and notes', () => {
  const text = `mysql://root:${secret}@db password=${secret}`;
  const redacted = 'mysql://***@db password=***';
  const words: readonly (readonly string[])[] = [
    ['phase', 'record', 'a', '--duration', '1s', '--error', text, ...id],
    ['phase', 'end', 'b', '--exit-code', '3', '--error', text, ...id],
    ['smoke', 't', '--failed', '--error', text, ...id],
    ['rollback', '--reason', text, '--of', 'd'],
    ['finish', '--error', text, '--notes', text, ...id],
  ];

  test('errors, reasons and notes are redacted, whatever their source', async () => {
    const program = await begun();
    await program.run(['phase', 'start', 'b', ...id]);
    for (const one of words) expect((await program.run(one)).code).toBe(0);
    const kept = await everything(program);
    expect(kept).not.toContain(secret);
    expect(kept.split(redacted).length).toBeGreaterThan(10);
    expect(program.rows('SELECT reason FROM rollbacks')).toEqual([{ reason: redacted }]);
    expect(program.rows('SELECT error_message AS error, notes FROM deployment_metrics')).toEqual([
      { error: redacted, notes: redacted },
    ]);
  });

  test('DEPLOYTRACK_ERROR is redacted', async () => {
    const program = await begun();
    await program.run(['finish', '--on-exit', '1', ...id], { env: { DEPLOYTRACK_ERROR: text } });
    expect(program.rows('SELECT error_message AS error FROM deployment_metrics')).toEqual([
      { error: redacted },
    ]);
    expect(await everything(program)).not.toContain(secret);
  });

  test('marks in a journal and marks that no file could store are redacted', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_LEDGER: '/proc/none/d.db' } });
    const waiting = await program.run(['finish', '--notes', text, ...id]);
    expect(program.journals()).toContain(redacted);
    const nowhere = { XDG_RUNTIME_DIR: '/proc/none', DEPLOYTRACK_JOURNAL_FALLBACK: '/proc/none' };
    const printed = await program.run(['finish', '--notes', text, ...id], { env: nowhere });
    expect(waiting.stderr + printed.stderr + program.journals()).not.toContain(secret);
  });

  test('marks and rows written before redaction existed are redacted when they are imported', async () => {
    const program = newProgram();
    const at = { wallMs: Date.now(), monotonicSeconds: null, boot: null };
    const mark = {
      kind: 'rollback',
      markId: 'm',
      deploymentId: 'old',
      at,
      rollbackId: 'r',
      reason: text,
      toVersion: null,
      success: true,
      exitCode: null,
      error: text,
      step: 'whole',
    };
    writeFileSync(join(program.folder, 'a.jsonl'), `${JSON.stringify(mark)}\n`);
    writeFileSync(
      join(program.folder, 'b.csv'),
      `version,deployment,deployment_status,deployment_started_at,deployment_completed_at,error_message,notes,url\n1,app,failed,2026-01-14T18:45:00Z,2026-01-14T18:46:00Z,"${text}",,https://ci/?token=${secret}\n`,
    );
    const row = {
      deployment_id: 'f',
      version: '2',
      deployment: 'app',
      environment: 'p',
      service: 's',
      instance: 'i',
      hostname: 'i',
      deployment_status: 'failed',
      deployment_started_at: '2026-01-14T18:45:00.000Z',
      deployment_completed_at: '2026-01-14T18:46:00.000Z',
      error_message: text,
    };
    const carried = { kind: 'deployment', deploymentId: 'f', rows: { deployment_metrics: [row] } };
    writeFileSync(join(program.folder, 'c.jsonl'), `${JSON.stringify(carried)}\n`);
    for (const file of ['a.jsonl', 'b.csv', 'c.jsonl']) {
      const { code, stderr } = await program.run(['import', file]);
      expect([file, code, stderr]).toMatchObject([file, 0, expect.not.stringContaining(secret)]);
    }
    const ledger = readdirSync(program.folder).filter((name) => name.startsWith('deployments.db'));
    for (const name of ledger)
      expect(readFileSync(join(program.folder, name), 'latin1')).not.toContain(secret);
    expect(
      program.rows('SELECT error_message AS error FROM deployment_metrics WHERE version IN (1, 2)'),
    ).toEqual([{ error: redacted }, { error: redacted }]);
    expect((await program.run(['import', 'b.csv', '--json'])).stdout).toContain('"known": 1');
  });
});

describe('Secrets in URLs', () => {
  test('the URL of a run reaches ledger, web UI and gateway without the values of its query', async () => {
    const program = newProgram();
    const url = `https://me:${secret}@ci/run?buildId=12&token=${secret}`;
    for (const exclusive of [[], ['--exclusive']])
      await program.quiet([
        'start',
        '--deployment',
        `app${exclusive.length}`,
        '--version',
        '1',
        '--url',
        url,
        ...exclusive,
      ]);
    expect(program.rows('SELECT DISTINCT url FROM deployment_metrics')).toEqual([
      { url: 'https://ci/run?buildId=12&token=***' },
    ]);
    expect((await program.run(['push', '--dry-run'])).stdout).not.toContain(secret);
    await program.run(['report', '--out', 'page.html']);
    expect(readFileSync(join(program.folder, 'page.html'), 'utf8')).not.toContain(secret);
  });

  test('the address of a gateway is shown without its query, even if it is invalid', async () => {
    for (const address of [
      `http://127.0.0.1:1/base?tok=${secret}`,
      `http://[gateway/?tok=${secret}`,
      `ftp://gateway/?tok=${secret}`,
    ]) {
      const program = newProgram({ env: { PUSHGATEWAY_URL: address } });
      const said = [
        await program.run(['doctor']),
        await program.run(['start', '--deployment', 'app', '--version', '1'], {
          env: { GITHUB_ACTIONS: 'true' },
        }),
        await program.run(['push']),
        await program.run(['doctor']),
      ];
      expect(JSON.stringify(said)).not.toContain(secret);
    }
  });

  test('an address that cannot be probed is named without its query', async () => {
    const program = await begun();
    for (const target of [`ftp://h/?token=${secret}`, `tcp://h:1/?token=${secret}`]) {
      const end = await program.run(['health', target, ...id]);
      expect([end.code, end.stderr]).toMatchObject([2, expect.not.stringContaining(secret)]);
    }
  });
});

test('a check command is stored as its program name only', async () => {
  const program = await begun();
  const check = ['--timeout', '200ms', '--attempt-timeout', '200ms', '--interval', '100ms', ...id, '--'];
  await program.run(['health', '--check-type', 'q', ...check, 'mysqladmin', `-p${secret}`, 'ping']);
  await program.run(['health', '--check-type', 'r', ...check, 'true']);
  const targets = program.rows('SELECT target FROM health_verifications ORDER BY id');
  expect(targets).toEqual([{ target: 'mysqladmin …' }, { target: 'true' }]);
  expect(await everything(program)).not.toContain(secret);
});

test('credentials that a gateway repeats in its response do not appear in messages', async () => {
  const echo = await startRawServer((socket) => {
    const body = `bad credentials: ${secret} Basic ${Buffer.from(`deploy:${secret}`).toString('base64')} X-Key ${secret}\n`;
    socket.end(`HTTP/1.1 500 No\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  });
  const credentials: readonly Record<string, string>[] = [
    { DEPLOYTRACK_GATEWAY_TOKEN: secret },
    { DEPLOYTRACK_GATEWAY_USERNAME: 'deploy', DEPLOYTRACK_GATEWAY_PASSWORD: secret },
    { DEPLOYTRACK_GATEWAY_HEADERS: `X-Key: ${secret}` },
  ];
  for (const env of credentials) {
    const program = newProgram({ env: { PUSHGATEWAY_URL: echo.url, ...env } });
    const said = [
      await program.run(['start', '--deployment', 'app', '--version', '1', ...id]),
      await program.run(['push']),
    ];
    expect(said.map(({ stderr }) => stderr).join('')).toContain('bad credentials');
    expect(JSON.stringify(said)).not.toContain(secret);
    expect(await everything(program)).not.toContain(secret);
  }
  await echo.stop();
});

test.skipIf(because(process.platform === 'win32', 'Windows'))(
  'files of `report --out` and `export --out` are readable by their owner only',
  async () => {
    const program = await begun();
    await program.run(['report', '--out', 'page.html']);
    await program.run(['export', '--out', 'marks.jsonl']);
    for (const name of ['page.html', 'marks.jsonl'])
      expect(statSync(join(program.folder, name)).mode & 0o777).toBe(0o600);
  },
);

test('a text longer than its limit is redacted before the name of a secret is cut off', async () => {
  const program = await begun();
  const rest = 'a line of some length\n'.repeat(3000);
  for (const less of [0, 20, 40, 60, 100, 16_300, 16_384, 16_400]) {
    const log = join(program.folder, 'build.log');
    const end = rest.slice(-(65_536 - 60 + less));
    writeFileSync(log, `begin\npassword="${secret} ${secret} ${secret} ${secret}"\n${end}`);
    await program.run(['phase', 'record', 'x', '--duration', '1s', '--error', `@${log}`, ...id]);
  }
  rmSync(join(program.folder, 'build.log'));
  expect(
    program.rows('SELECT count(*) AS kept FROM deployment_stages WHERE length(error_message) > 60000'),
  ).toEqual([{ kept: 8 }]);
  expect(await everything(program)).not.toContain(secret);
});
