import { createServer, type Server } from 'node:http';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newProgram, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

let server: Server;
let url: string;
/** How many bytes of the endless state are sent, ten times a second. */
let bytes = 2048;
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    const timer = setInterval(() => response.write(`# ${'x'.repeat(bytes)}\n`), 100);
    response.on('close', () => clearInterval(timer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const env = () => ({
  PUSHGATEWAY_URL: url,
  DEPLOYTRACK_ID: 'd',
  DEPLOYTRACK_GATEWAY_TIMEOUT: '500ms',
  DEPLOYTRACK_ADOPT_TIMEOUT: '3s',
});
const words = ['start', '--id', 'd', '--deployment', 'app', '--version', '1'];

test('finish does not wait again for existing metrics that start has already waited for in vain', async () => {
  bytes = 2048;
  const program = newProgram({ env: env() });
  expect((await program.run(words)).stderr).toContain('no complete response within 3000 ms');
  const ledger = new Database(program.ledger);
  ledger.exec('UPDATE gateways SET retry_at = 0'); // Ends its pause.
  ledger.close();
  const end = await program.run(['finish']);
  expect(Number(/no (complete )?response within (\d+) ms/.exec(end.stderr)?.[2])).toBeLessThanOrEqual(500);
});

test('reading existing metrics that arrive too slowly stops long before --adopt-timeout', async () => {
  bytes = 10;
  const program = newProgram({ env: { ...env(), DEPLOYTRACK_ADOPT_TIMEOUT: '10m' } });
  expect((await program.run(words)).stderr).toContain('the response was too slow');
});

test('push --wait waits for existing metrics no longer than its own limit', async () => {
  bytes = 2048;
  const program = newProgram({ env: { ...env(), DEPLOYTRACK_ADOPT_TIMEOUT: '10m' } });
  await startDeployment(newProgram({ env: {}, ledger: program.ledger }), '--id', 'd');
  const end = await program.run(['push', '--wait', '2s']);
  expect(end.code).toBe(1);
  expect(Number(/no (complete )?response within (\d+) ms/.exec(end.stderr)?.[2])).toBeLessThanOrEqual(2000);
});
