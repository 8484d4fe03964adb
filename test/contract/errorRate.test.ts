import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { newHost } from './host.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Healthy at first, then failing every second time. */
async function unsteadySite(): Promise<string> {
  let answers = 0;
  const server = createServer((_, response) => {
    answers += 1;
    response.writeHead(answers > 1 && answers % 2 === 0 ? 503 : 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
}

test('health --watch continues after the first successful check and records the ratio of failed ones', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const host = newHost({ gatewayUrl: gateway.url, env: { DEPLOYTRACK_ID: 'd' } });
  await host.quiet(['start', '--id', 'd']);
  const url = await unsteadySite();
  const watch = ['health', url, '--any-version', '--watch', '1s', '--interval', '50ms'];
  expect(await host.run([...watch, '--min-success', '0.2'])).toMatchObject({ code: 0 });
  const [kept] = host.rows('SELECT error_rate AS rate, source FROM post_deployment_errors');
  const attempts = host.rows('SELECT status FROM health_checks ORDER BY id').slice(1);
  const wrong = attempts.filter(({ status }) => status === 'unhealthy').length;
  expect(attempts.length).toBeGreaterThan(3);
  expect(kept).toEqual({ rate: wrong / attempts.length, source: 'health --watch' });
  expect(Number(kept?.rate)).toBeGreaterThan(0);
  expect(await gateway.value('post_deployment_error_rate', { deployment_id: 'd', service: 'app' })).toBe(
    kept?.rate,
  );
  const strict = await host.run([...watch, '--min-success', '0.95']);
  expect([strict.code, strict.stderr]).toEqual([1, expect.stringContaining('needed 95 %')]);
  await host.run(['finish']);
  expect(host.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
    { status: 'failed' },
  ]);
});

test('health without --watch records no error rate', async () => {
  const host = newHost({ env: { DEPLOYTRACK_ID: 'd' } });
  await host.quiet(['start', '--id', 'd']);
  await host.quiet(['health', await unsteadySite(), '--any-version']);
  expect(host.rows('SELECT * FROM post_deployment_errors')).toEqual([]);
});
