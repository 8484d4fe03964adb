import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { selfSigned } from './probe/certificate.ts';
import { blocksIn, has, page } from './readme/document.ts';
import { newSite } from './readme/site.ts';
import { because } from './support/because.ts';
import { startGateway } from './support/gateway.ts';

/** Every shell block of README.md and docs/ runs unchanged on a host as the pages describe it. */

vi.setConfig({ testTimeout: 120_000 });

/** bcrypt of `test`. */
const passwordHash = '$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay';
const makefile = blocksIn('make', [page('docs/make.md')])[0]?.text ?? '';
const blocks = blocksIn('bash');
/**
 * Blocks that need more than this host has: see below and docsRun.test.ts. That of docs/install.md writes to /opt;
 * test/install/archiveLinux.test.ts does the same in a root of its own. Those of docs/fleet.md follow one another: docsFleet.test.ts.
 */
const elsewhere = ['docs/webhooks.md', 'docs/gateway.md', 'docs/install.md', 'docs/fleet.md'];
const here = blocks.filter(({ name, text }) => !elsewhere.includes(name) || text.includes('| sha256sum'));

describe('Shell blocks of the documentation', () => {
  test.each(here)('the block of $name runs: $text', async ({ text }) => {
    const site = await newSite(makefile);
    const asks = text.includes('127.0.0.1:9102') && !text.includes('deploytrack serve');
    const restores = text.includes('cp /backup/');
    const before = [
      ...(asks ? ['deploytrack serve'] : []),
      ...(restores ? [site.here('deploytrack backup /backup/deploytrack.db')] : []),
      ...(text.includes('marks/*') ? ['deploytrack export --out marks/one.jsonl'] : []),
    ];
    const { code, stdout, stderr } = await site.bash([...before, site.here(text)].join('\n'), {
      // A shared ledger has a folder of its own.
      ...(text.includes('--group')
        ? { DEPLOYTRACK_LEDGER: site.here('/var/lib/deploytrack/deployments.db') }
        : {}),
      // A push needs a place.
      ...(restores ? { DEPLOYTRACK_TEXTFILE: site.program.folder } : {}),
    });
    expect({ code, usage: site.usageErrors() }, `${stdout}${stderr}`).toEqual({ code: 0, usage: '' });
  });

  test('every shell block is either run here or listed as run elsewhere', () => {
    expect(blocks.length).toBeGreaterThan(35);
    expect(blocks.length - here.length).toBe(3 + blocksIn('bash', [page('docs/fleet.md')]).length);
  });
});

test.skipIf(
  because(!has('openssl') || !has('prometheus-pushgateway'), 'no openssl or no prometheus-pushgateway'),
)('docs/gateway.md pushes to a gateway with TLS and a password', async () => {
  const site = await newSite(makefile);
  const folder = join(site.program.folder, 'etc/deploytrack');
  mkdirSync(folder);
  const { cert, key } = selfSigned({ name: '127.0.0.1' });
  const config = join(folder, 'web.json');
  writeFileSync(join(folder, 'ca.pem'), cert);
  writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 });
  writeFileSync(join(folder, 'password'), 'test', { mode: 0o600 });
  const tls = { cert_file: join(folder, 'ca.pem'), key_file: join(folder, 'key.pem') };
  writeFileSync(
    config,
    JSON.stringify({ tls_server_config: tls, basic_auth_users: { deploy: passwordHash } }),
  );
  const gateway = await startGateway({ webConfigFile: config });
  onTestFinished(() => gateway.stop());
  const [{ text = '' } = {}] = blocksIn('bash', [page('docs/gateway.md')]);
  const script = site.here(text).replace('pushgateway.example:9091', `127.0.0.1:${gateway.port}`);
  expect(await site.bash(script)).toMatchObject({ code: 0, stderr: '' });
});

describe('Examples of the README', () => {
  const [quickStart = ''] = blocksIn('bash', [page('README.md')])
    .map(({ text }) => text)
    .filter((text) => text.includes('--deployment shop'));

  test('the quick start prints what the README shows', async () => {
    const shown =
      page('README.md').blocks.find(({ text }) => text.startsWith('✓ shop production'))?.text ?? '';
    const site = await newSite(makefile);
    const { stdout } = await site.bash(quickStart);
    const labels = (text: string) => text.match(/^(?:\w+|[✓✗] \w+|outside of phases)(?=[ :])/gm);
    // In a pipe the facts of the head are also under labels of their own.
    const inPipe = ['used', 'id', 'status', 'started', 'ended', 'total', 'by'];
    expect(labels(stdout)?.filter((label) => !inPipe.includes(label))).toEqual(labels(shown));
    expect(quickStart.trim().split('\n')).toHaveLength(4);
  });

  test('the second script of the README is a successful deployment with five phases', async () => {
    const site = await newSite(makefile);
    const text =
      blocksIn('bash', [page('README.md')]).find((block) => block.text.includes('trap'))?.text ?? '';
    expect((await site.bash(site.here(text))).code).toBe(0);
    const [row] = site.program.rows(
      `SELECT deployment_status AS status, (SELECT group_concat(stage, ' ') FROM deployment_stages s
       WHERE s.deployment_id = m.deployment_id) AS stages FROM deployment_metrics m ORDER BY id DESC`,
    );
    expect(row).toEqual({ status: 'success', stages: 'extract venv_rebuild migration cutover health_check' });
  });
});
