import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { expired, selfSigned } from '../probe/certificate.ts';
import { answering, type Endpoint, startHttp, startHttps, startTcp } from '../probe/endpoint.ts';
import { newProgram, type Program } from '../support/program.ts';
import { freePort } from '../support/server.ts';
import { findingsOf, mend, problemsOf, theProblem } from './doctor.ts';

let program: Program;
beforeAll(async () => {
  program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app' } });
  await program.quiet(['run', '--version', '1.4.0', '--', 'true']);
});

const at = ({ port }: Pick<Endpoint, 'port'>, scheme = 'http', host = '127.0.0.1') =>
  `${scheme}://${host}:${port}/health`;

async function problem(url: string, env: Record<string, string> = {}): Promise<string> {
  const { message, fix } = await theProblem(program, 'health', { words: ['--health', url], env });
  return `${message} -> ${fix}`;
}

async function shown(url: string, ...words: readonly string[]) {
  const found = await findingsOf(program, { words: ['--health', url, ...words] });
  return found.filter(({ check }) => check === 'health').map(({ state, message }) => `${state}: ${message}`);
}

describe('doctor --health without a connection', () => {
  test('doctor reports a name that does not exist', async () => {
    expect(await problem('http://service..internal/health')).toMatch(
      /: the name of service\.\.internal cannot be resolved .* -> correct the host name, .* `getent hosts service\.\.internal`/,
    );
  });

  test('doctor reports that nothing listens, and nothing after the service was started', async () => {
    const port = await freePort();
    expect(await problem(at({ port }))).toMatch(
      new RegExp(
        `: 127.0.0.1:${port} refused the connection -> nothing listens on port ${port}: .*\`ss -ltn 'sport = :${port}'\``,
      ),
    );
    await startHttp(answering({ version: '1.4.0' }), { port });
    expect(await problemsOf(program, { words: ['--health', at({ port })] })).toEqual([]);
  });

  test('doctor reports a service that hangs', async () => {
    const endpoint = await startTcp(() => {});
    expect(await problem(at(endpoint))).toMatch(
      /accepted the connection and did not respond within 2 s -> the service hangs: /,
    );
  });
});

describe('doctor --health with TLS', () => {
  test('doctor reports an unknown authority, and nothing with the variable that it names', async () => {
    const certificate = selfSigned({ name: '127.0.0.1' });
    const endpoint = await startHttps(certificate, answering({ version: '1.4.0' }));
    expect(await problem(at(endpoint, 'https'))).toMatch(
      /DEPTH_ZERO_SELF_SIGNED_CERT.* -> add the certificate of its authority to NODE_EXTRA_CA_CERTS; `openssl s_client -connect /,
    );
    const file = join(program.folder, 'authority.pem');
    writeFileSync(file, certificate.cert);
    const env = { NODE_EXTRA_CA_CERTS: file };
    expect(await problemsOf(program, { words: ['--health', at(endpoint, 'https')], env })).toEqual([]);
    expect(await problem(at(endpoint, 'https', 'localhost'), env)).toMatch(
      /ERR_TLS_CERT_ALTNAME_INVALID.* -> use the name that is in the certificate, /,
    );
    expect(await problem(at(endpoint))).toMatch(/ -> .*https/);
  });

  test('doctor reports a certificate that has expired', async () => {
    const certificate = expired();
    const endpoint = await startHttps(certificate, answering({}));
    const file = join(program.folder, 'expired.pem');
    writeFileSync(file, certificate.cert);
    expect(await problem(at(endpoint, 'https'), { NODE_EXTRA_CA_CERTS: file })).toMatch(
      /CERT_HAS_EXPIRED.* -> renew the certificate; `curl -fsS https:/,
    );
  });

  test('doctor reports plain HTTP on the port of an https URL', async () => {
    const endpoint = await startHttp(answering({ version: '1.4.0' }));
    expect(await problem(at(endpoint, 'https'))).toMatch(
      /did not complete TLS: .* -> use http:\/\/, or the port that speaks TLS/,
    );
  });
});

describe('doctor --health with a response', () => {
  test.each([
    [500, /expected status 200, got 500 .* -> look at the log of the service; `curl -fsS http/],
    [404, /got 404 .* -> correct the path of the URL/],
    [401, /got 401 .* -> set DEPLOYTRACK_HEALTH_HEADERS_FILE to a file with the header that it needs/],
  ])('doctor reports the status %d', async (status, said) => {
    expect(await problem(at(await startHttp(answering({}, status))))).toMatch(said);
  });

  test('doctor reports a redirect, and a body that is not JSON', async () => {
    const moved = await startHttp((_, response) => {
      response.writeHead(302, { location: 'https://u:hunter2@login.example/?token=hunter2' }).end();
    });
    const found = await problem(at(moved));
    expect(found).toMatch(/redirected to "https:\/\/login\.example\/" with 302.* -> use the final URL/);
    expect(found).not.toContain('hunter2');
    expect(await problem(at(await startHttp(answering('<html>ok</html>'))))).toMatch(
      /: got "<html>ok<\/html>" \(application\/json\) instead of JSON -> use the URL that returns JSON with the version, /,
    );
  });

  test('doctor names the fields that look like a version, and accepts the command that it prints', async () => {
    const body = {
      status: 'up',
      build: { 'git/sha': '3f2a91c7', time: '2026' },
      api_version: 'v2',
      port: 8080,
    };
    const endpoint = await startHttp(answering(body));
    const found = await theProblem(program, 'health', { words: ['--health', at(endpoint)] });
    expect(found.message).toContain(
      ': /version is missing; fields that look like a version: /build/git~1sha ("3f2a91c7"), /api_version ("v2")',
    );
    await mend(program, found);
    expect(await shown(at(endpoint), '--version-field', '/build/git~1sha')).toEqual([
      `ok: ${at(endpoint)} responds as version 3f2a91c7; by this ledger, 1.4.0 is in service`,
    ]);
    const none = await startHttp(answering({ status: 'up' }));
    expect(await problem(at(none))).toMatch(
      /: \/version is missing -> return the version in the field version, or run /,
    );
  });

  test('doctor prints the version, and whether it is in service by the ledger', async () => {
    let version = 'v1.4.0';
    const endpoint = await startHttp((_, response) => response.end(JSON.stringify({ version })));
    const url = at(endpoint);
    expect(await shown(url)).toEqual([
      `ok: ${url} responds as version v1.4.0, which is in service by this ledger`,
    ]);
    version = '1.3.0\u001b[31m';
    expect(await shown(url)).toEqual([
      `ok: ${url} responds as version 1.3.0\\x1b[31m; by this ledger, 1.4.0 is in service`,
    ]);
    expect(await shown(url, '--environment', 'staging')).toEqual([
      `ok: ${url} responds as version 1.3.0\\x1b[31m; this ledger has no version in service`,
    ]);
  });
});
