import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

let gateway: Gateway;
let page: Server;
let url: string;
beforeAll(async () => {
  gateway = await startGateway();
  page = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html>\n<html><body>Sign in</body></html>\n');
  });
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  const address = page.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(async () => {
  await new Promise((resolve) => page.close(resolve));
  await gateway.stop();
});

describe('Server that is not a Pushgateway and responds with 200 to everything', () => {
  test('metrics do not count as pushed to such a server, and push and doctor report the same', async () => {
    const env = { PUSHGATEWAY_URL: url, DEPLOYTRACK_DEPLOYMENT: 'signed', DEPLOYTRACK_ID: 'd' };
    const program = newProgram({ env });
    const begun = await program.run(['start', '--id', 'd', '--version', '1']);
    expect(oneWarningWithHint(begun)).toContain('200: no Pushgateway at this address');
    expect(await program.run(['push'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no Pushgateway'),
    });
    expect((await program.run(['push', '--strict'])).code).toBe(1);
    const { code, stdout } = await program.run(['doctor']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^WRONG .*200: no Pushgateway at this address/m);
    expect(program.rows('SELECT delivered_seq AS seq FROM groups')).toEqual([{ seq: 0 }]);
    await program.quiet(['push'], { env: { PUSHGATEWAY_URL: gateway.url } });
    const labels = { deployment: 'signed', status: 'success' };
    expect(await gateway.value('deployment_total', labels)).toBe(0);
  });

  test('init reports such a server and has created the ledger', async () => {
    const program = newProgram({ env: { PUSHGATEWAY_URL: url } });
    const end = await program.run(['init', '--deployment', 'signed']);
    expect(end.code).toBe(0);
    expect(end.stderr).toContain('200: no Pushgateway at this address');
  });
});
