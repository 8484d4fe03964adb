import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { expect, onTestFinished, test, vi } from 'vitest';
import { answering, startHttp, startTcp } from './endpoint.ts';

// A limit for a busy machine; no test waits for it.
vi.setConfig({ testTimeout: 60_000 });

test('a probe uses no proxy, even if Node is configured to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-proxy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = join(folder, 'probe.cjs');
  const entryPoints = [join(import.meta.dirname, 'probeProcess.ts')];
  buildSync({
    entryPoints,
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
  const { port } = await startHttp(answering('direct'));
  const proxy = await startTcp((socket) => socket.destroy());
  const proxyUrl = `http://127.0.0.1:${proxy.port}`;
  const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxyUrl, http_proxy: proxyUrl, ALL_PROXY: proxyUrl };
  const args = [program, `http://127.0.0.1:${port}/`];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  expect(stdout).toBe('healthy');
});
