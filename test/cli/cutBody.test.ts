import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

let gateway: Gateway;
let proxy: Server;
let url: string;
/** How many of the next requests with a body lose its second half on the way. */
let cuts = 0;
beforeAll(async () => {
  gateway = await startGateway();
  proxy = createServer((socket) => void socket.once('data', (first) => pass(socket, first)));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(async () => {
  await new Promise((resolve) => proxy.close(resolve));
  await gateway.stop();
});

/** Forwards to the gateway and back; of a request to be cut, the gateway sees only half of the body. */
function pass(socket: Socket, first: Buffer): void {
  const behind = connect(gateway.port, '127.0.0.1');
  for (const side of [socket, behind]) side.on('error', () => {});
  socket.once('close', () => behind.destroy());
  behind.pipe(socket);
  const body = first.indexOf('\r\n\r\n') + 4;
  if (first.toString('latin1', 0, 4) === 'PUT ' && cuts > 0) {
    cuts -= 1;
    behind.end(first.subarray(0, body + Math.floor((first.length - body) / 2)));
  } else {
    behind.write(first);
    socket.pipe(behind);
  }
}

async function known(deployment: string): Promise<Program> {
  const program = newProgram({
    env: { PUSHGATEWAY_URL: url, DEPLOYTRACK_ID: 'd', DEPLOYTRACK_GATEWAY_TIMEOUT: '20s' },
  });
  await startDeployment(program, '--id', 'd', '--deployment', deployment);
  return program;
}

const extracted = (deployment: string) =>
  gateway.value('deployment_stage_duration_seconds', { deployment, stage: 'extract' });

test('a push whose body is cut once on its way is sent again, and the group is not suspended', async () => {
  const program = await known('cut-once');
  cuts = 1;
  await program.quiet(['extract', '--', 'true']);
  expect([cuts, await extracted('cut-once')]).toEqual([0, 1]);
  await program.quiet(['extract', '--', 'true']);
  expect(await extracted('cut-once')).toBe(2);
});

test('a push whose body is cut twice suspends the group with a warning until `push`', async () => {
  const program = await known('cut-twice');
  cuts = 2;
  expect(oneWarningWithHint(await program.run(['extract', '--', 'true']))).toMatch(/unexpected EOF/);
  expect(cuts).toBe(0);
  await program.quiet(['extract', '--', 'true']);
  await program.quiet(['push']);
  expect(await extracted('cut-twice')).toBe(2);
});
