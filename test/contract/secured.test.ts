import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { startFront } from './front.ts';
import { groupPath, newHost } from './host.ts';

const minutes = { timeout: 60_000 };
/** bcrypt of `test`. */
const passwordHash = '$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay';

/** A real gateway with TLS, a password and a path prefix, and the files its operator would have. */
async function securedGateway() {
  const host = newHost();
  const [key, certificate, config, password] = ['key.pem', 'cert.pem', 'web.json', 'password'].map((name) =>
    join(host.folder, name),
  ) as [string, string, string, string];
  const made = spawnSync('openssl', [
    ...[
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=127.0.0.1',
    ],
    ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
  ]);
  expect(made.status).toBe(0);
  writeFileSync(password, 'test\n');
  writeFileSync(
    config,
    JSON.stringify({
      tls_server_config: { cert_file: certificate, key_file: key },
      basic_auth_users: { operator: passwordHash },
    }),
  );
  const gateway = await startGateway({ webConfigFile: config, routePrefix: '/base/path' });
  onTestFinished(() => gateway.stop());
  const url = `https://127.0.0.1:${gateway.port}/base/path/`;
  const held = () => read(`${url}metrics`, { ca: readFileSync(certificate), auth: 'operator:test' });
  return { host, url, certificate, password, held };
}

async function read(url: string, options: RequestOptions): Promise<string> {
  const [answer] = (await once(get(url, { ...options, agent: false }), 'response')) as [IncomingMessage];
  return text(answer);
}

test(
  'a deployment is pushed through TLS with a private authority, user and password from a file, and a path prefix',
  minutes,
  async () => {
    const { host, url, certificate, password, held } = await securedGateway();
    const env = {
      PUSHGATEWAY_URL: url,
      DEPLOYTRACK_GATEWAY_CA_FILE: certificate,
      DEPLOYTRACK_GATEWAY_USERNAME: 'operator',
      DEPLOYTRACK_GATEWAY_PASSWORD_FILE: password,
    };
    await host.quiet(['run', '--', 'true'], { env });
    expect(await held()).toMatch(/^deployment_total\{.*status="success"\} 1$/m);
    await host.quiet(['push'], { env });
    await host.quiet(['push', '--delete'], { env });
    expect(await held()).not.toContain('deployment_total');
  },
);

test(
  'user and password in the gateway address work, and appear neither in the ledger nor in any output',
  minutes,
  async () => {
    const { host, url, certificate, held } = await securedGateway();
    const env = {
      PUSHGATEWAY_URL: url.replace('//', '//operator:test@'),
      DEPLOYTRACK_GATEWAY_CA_FILE: certificate,
    };
    await host.quiet(['run', '--', 'true'], { env });
    expect(await held()).toMatch(/^deployment_total\{.*status="success"\} 1$/m);
    const wrong = { ...env, PUSHGATEWAY_URL: url.replace('//', '//operator:hunter2@') };
    const ends = [
      await host.run(['push'], { env: wrong }),
      await host.run(['doctor'], { env: wrong }),
      await host.run(['start'], { env: wrong }),
    ];
    expect(ends[0]).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('401: user name, password or token are missing or wrong'),
    });
    expect(JSON.stringify(ends)).not.toMatch(/hunter2|operator/);
    const files = readdirSync(host.folder, { withFileTypes: true }).filter((entry) =>
      entry.name.startsWith('deployments.db'),
    );
    const kept = files.map((entry) => readFileSync(join(host.folder, entry.name), 'latin1')).join('');
    expect(kept).toContain('SQLite format 3');
    expect(kept).not.toMatch(/hunter2|operator/);
  },
);

test.each([
  ['an unknown authority', { DEPLOYTRACK_GATEWAY_CA_FILE: undefined }, /TLS: self-signed certificate/],
  ['no password', {}, /401: user name, password or token are missing or wrong/],
  [
    'a password file that is not there',
    { DEPLOYTRACK_GATEWAY_PASSWORD_FILE: '/no/such/file' },
    /DEPLOYTRACK_GATEWAY_PASSWORD_FILE: \/no\/such\/file cannot be read \(ENOENT\)/,
  ],
])(
  'a mark with %s is recorded with one warning that gives the reason, and nothing is sent',
  minutes,
  async (_case, settings, why) => {
    const { host, url, certificate, held } = await securedGateway();
    const env = { PUSHGATEWAY_URL: url, DEPLOYTRACK_GATEWAY_CA_FILE: certificate, ...settings };
    const end = await host.run(['start'], { env });
    expect(end).toMatchObject({ code: 0, stderr: expect.stringMatching(why) });
    expect(end.stderr.match(/^deploytrack: warning: /gm)).toHaveLength(1);
    expect(host.rows('SELECT count(*) AS n FROM deployment_metrics')).toEqual([{ n: 1 }]);
    expect(await held()).not.toContain('deployment_total');
  },
);

test(
  'a token and custom headers are sent with every request, also through a proxy that requires them',
  minutes,
  async () => {
    const gateway = await startGateway();
    onTestFinished(() => gateway.stop());
    const front = await startFront({ behind: gateway });
    const host = newHost({
      gatewayUrl: front.url,
      env: {
        DEPLOYTRACK_GATEWAY_TOKEN: 'abc.def',
        DEPLOYTRACK_GATEWAY_HEADERS: 'X-Scope-OrgID: team\nX-Second: 2',
      },
    });
    await host.quiet(['run', '--', 'true']);
    await host.quiet(['push', '--delete']);
    expect(new Set(front.exchanges.map(({ method }) => method))).toEqual(new Set(['GET', 'PUT', 'DELETE']));
    for (const { headers } of front.exchanges) {
      expect(headers).toMatchObject({
        authorization: 'Bearer abc.def',
        'x-scope-orgid': 'team',
        'x-second': '2',
      });
    }
    expect(front.exchanges.at(-1)?.path).toBe(groupPath);
  },
);
