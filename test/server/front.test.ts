import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../probe/certificate.ts';
import { newProgram, type Program } from '../support/program.ts';
import { serve } from '../support/serve.ts';

function basic(text: string): string {
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

async function statuses(url: string, paths: readonly string[], authorization?: string): Promise<number[]> {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  return Promise.all(paths.map(async (path) => (await fetch(`${url}${path}`, { headers })).status));
}

function tlsFiles({ folder }: Program): [string, string, string, string] {
  const files = selfSigned({ name: '127.0.0.1' });
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  writeFileSync(cert, files.cert);
  writeFileSync(key, files.key);
  return ['--tls-cert', cert, '--tls-key', key];
}

describe('Authentication', () => {
  const env = {
    DEPLOYTRACK_SERVE_TOKEN: 't0ken',
    DEPLOYTRACK_SERVE_USERNAME: 'ops',
    DEPLOYTRACK_SERVE_PASSWORD: 'pä:ss',
  };

  test('authentication is required for everything except the probes', async () => {
    const { url, log, stop } = await serve({ run: { env } });
    expect(await statuses(url, ['/metrics', '/-/healthy', '/-/ready'])).toEqual([401, 200, 200]);
    const right = ['Bearer t0ken', 'bearer t0ken', basic('ops:pä:ss')];
    for (const one of right) expect(await statuses(url, ['/metrics'], one)).toEqual([200]);
    const wrong = [
      'Bearer t0ke',
      'Bearer t0kenx',
      'Basic t0ken',
      basic('ops:'),
      basic('t0ken'),
      'Bearer',
      'x',
    ];
    for (const one of wrong) expect(await statuses(url, ['/metrics'], one)).toEqual([401]);
    const refused = await fetch(`${url}/metrics`);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer, Basic realm="deploytrack"/);
    expect(await refused.text()).toBe(
      'unauthorized: send the token, or the user name and password, of this server\n',
    );
    await stop();
    expect(JSON.stringify(log())).not.toMatch(/t0ken|pä/);
  });

  test('credentials can be read from files', async () => {
    const program = newProgram();
    const file = join(program.folder, 'token');
    writeFileSync(file, 'from-file\n');
    const { url } = await serve({ program, run: { env: { DEPLOYTRACK_SERVE_TOKEN_FILE: file } } });
    expect(await statuses(url, ['/metrics'], 'Bearer from-file')).toEqual([200]);
    expect(await statuses(url, ['/metrics'])).toEqual([401]);
  });

  test.each([
    [{ DEPLOYTRACK_SERVE_USERNAME: 'ops' }, 'DEPLOYTRACK_SERVE_PASSWORD is missing'],
    [{ DEPLOYTRACK_SERVE_PASSWORD: 's3cret' }, 'DEPLOYTRACK_SERVE_USERNAME is missing'],
    [{ DEPLOYTRACK_SERVE_TOKEN_FILE: '/nowhere' }, 'DEPLOYTRACK_SERVE_TOKEN_FILE: /nowhere cannot be read'],
    [{ DEPLOYTRACK_SERVE_TOKEN: '' }, 'DEPLOYTRACK_SERVE_TOKEN is empty'],
    [{ DEPLOYTRACK_SERVE_TOKEN_FILE: '' }, 'DEPLOYTRACK_SERVE_TOKEN_FILE is empty'],
    [{ DEPLOYTRACK_SERVE_TOKEN_FILE: '/dev/null' }, 'it is not a regular file'],
    [
      { DEPLOYTRACK_SERVE_USERNAME: 'ops', DEPLOYTRACK_SERVE_PASSWORD: '' },
      'DEPLOYTRACK_SERVE_PASSWORD is empty',
    ],
    [{ DEPLOYTRACK_SERVE_TOKEN: 's3cret token' }, 'a bearer token cannot contain'],
    [{ DEPLOYTRACK_SERVE_TOKEN: 's3cret→' }, 'a bearer token cannot contain'],
    [{ DEPLOYTRACK_SERVE_TOKEN: 's3cret'.repeat(4000) }, 'is longer than a header can be'],
    [{ DEPLOYTRACK_SERVE_USERNAME: 's3cret:a', DEPLOYTRACK_SERVE_PASSWORD: 'b' }, 'has a colon'],
    [{ DEPLOYTRACK_SERVE_USERNAME: 'a', DEPLOYTRACK_SERVE_PASSWORD: 's3cret\n' }, 'has a control character'],
    [{ DEPLOYTRACK_WEBHOOK_GITLAB_TOKEN: 's3cret\n' }, 'has a character that a header cannot contain'],
  ])('the invalid credentials %j are a usage error', async (wrong, words) => {
    const { code, stderr } = await newProgram().run(['serve', '--listen', '127.0.0.1:0'], { env: wrong });
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    expect(stderr).not.toContain('s3cret');
    expect(stderr).toMatch(/^deploytrack: error: [^\n]+\ndeploytrack: hint: [^\n]+\n$/);
  });
});

describe('Listening beyond loopback', () => {
  test.each([':0', '0.0.0.0:0', '[::]:0'])(
    'listening on %s is rejected without authentication',
    async (address) => {
      const { code, stderr } = await newProgram().run(['serve', '--listen', address]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('without authentication')]);
    },
  );

  test('TLS without authentication is not enough to listen beyond loopback', async () => {
    const program = newProgram();
    const tls = tlsFiles(program);
    const args = ['serve', '--listen', '0.0.0.0:0', ...tls];
    expect(await program.run(args)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('without authentication'),
    });
    const open = await serve({ program, args: ['--listen', '0.0.0.0:0', ...tls, '--insecure'] });
    expect(open.log()[0]).toMatchObject({ message: 'listening', auth: 'none' });
  });

  test('an empty secret in a variable or a file does not count as authentication', async () => {
    const program = newProgram();
    const tls = tlsFiles(program);
    writeFileSync(join(program.folder, 'empty'), '\n');
    for (const env of [{ DEPLOYTRACK_SERVE_TOKEN: '' }, { DEPLOYTRACK_SERVE_TOKEN_FILE: 'empty' }])
      expect(await program.run(['serve', '--listen', '0.0.0.0:0', ...tls], { env })).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(
          /^deploytrack: error: DEPLOYTRACK_SERVE_TOKEN.* is empty\ndeploytrack: hint: .*\n$/,
        ),
      });
  });

  test.each([
    [{}, 'none'],
    [{ DEPLOYTRACK_SERVE_TOKEN: 't' }, 'bearer'],
    [{ DEPLOYTRACK_SERVE_USERNAME: 'u', DEPLOYTRACK_SERVE_PASSWORD: 'p' }, 'basic'],
  ])('with %j the log and doctor report the authentication as %s', async (env, auth) => {
    const program = newProgram();
    const { log } = await serve({ program, run: { env } });
    expect(log()[0]).toMatchObject({ message: 'listening', auth });
    const { stdout } = await program.run(['doctor'], { env });
    expect(stdout).toMatch(new RegExp(`^serve auth +${auth} `, 'm'));
  });

  test.each([
    ['authentication', [], { DEPLOYTRACK_SERVE_TOKEN: 't' }],
    ['--insecure', ['--insecure'], {}],
  ])('%s permits listening beyond loopback', async (_, args, env) => {
    const { url } = await serve({ args: ['--listen', '0.0.0.0:0', ...args], run: { env } });
    expect(await statuses(url, ['/-/healthy'])).toEqual([200]);
  });
});

describe('TLS', () => {
  test('the server uses the given certificate and key', async () => {
    const program = newProgram();
    const tls = tlsFiles(program);
    const [, cert, , key] = tls;
    const { url } = await serve({ program, args: tls });
    expect(url).toMatch(/^https:/);
    const body = execFileSync('curl', ['-sS', '--cacert', cert, `${url}/-/healthy`], { encoding: 'utf8' });
    expect(body).toBe('healthy\n');
    const half = await program.run(['serve', '--tls-cert', cert]);
    expect([half.code, half.stderr]).toEqual([2, expect.stringContaining('--tls-key is missing')]);
    const swapped = await program.run(['serve', '--tls-cert', key, '--tls-key', cert]);
    expect([swapped.code, swapped.stderr]).toEqual([2, expect.stringContaining('expected a certificate')]);
  });
});
