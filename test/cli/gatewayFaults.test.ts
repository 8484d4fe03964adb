import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type FaultyGateway, type GatewayFault, startFaultyGateway } from '../support/faultyGateway.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { forgetBackOff } from './backOff.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

let gateway: Gateway;
let front: FaultyGateway;
beforeAll(async () => {
  gateway = await startGateway();
  front = await startFaultyGateway(gateway);
});
afterAll(async () => {
  await front.stop();
  await gateway.stop();
});

/** A deployment that is known to the gateway before it fails. */
async function known(name: string): Promise<Program> {
  const env = { PUSHGATEWAY_URL: front.url, DEPLOYTRACK_ID: 'd', DEPLOYTRACK_DEPLOYMENT: name };
  const program = newProgram({ env });
  await front.become('none');
  await startDeployment(program, '--id', 'd', '--deployment', name);
  return program;
}

const extracted = (name: string) =>
  gateway.value('deployment_stage_duration_seconds', { deployment: name, stage: 'extract' });

const ill: GatewayFault[] = ['refusing', 'hanging', 'dripping', 'moved', 'failing'];

describe.each(ill)('Gateway that is %s', (fault) => {
  test('a mark warns once about a failing gateway, later marks skip it, and push sends everything later', async () => {
    const name = `mark-${fault}`;
    const program = await known(name);
    await front.become(fault);
    const line = oneWarningWithHint(await program.run(['extract', '--', 'true']));
    expect(line).toContain(front.url);
    const asked = front.requests.length;
    await program.quiet(['extract', '--', 'true']);
    await program.quiet(['phase', 'start', 'extract']);
    await program.quiet(['phase', 'end', 'extract']);
    expect(front.requests.length).toBe(asked);
    const pushed = await program.run(['push']);
    expect([pushed.code, pushed.stdout]).toEqual([1, '']);
    expect(pushed.stderr).toMatch(/^deploytrack: warning: [^\n]+\ndeploytrack: hint: [^\n]+\n$/);
    await front.become('none');
    expect(await program.quiet(['push'])).toBe('');
    expect(await extracted(name)).toBe(3);
  });

  test('--strict turns a failed push into an exit code, but not if the command itself failed', async () => {
    const program = await known(`strict-${fault}`);
    await front.become(fault);
    expect((await program.run(['extract', '--strict', '--', 'true'])).code).toBe(1);
    forgetBackOff(program.ledger);
    expect((await program.run(['extract', '--strict', '--', 'sh', '-c', 'exit 3'])).code).toBe(3);
    forgetBackOff(program.ledger);
    expect((await program.run(['phase', 'end', 'x', '--strict'])).code).toBe(1);
    forgetBackOff(program.ledger);
    expect((await program.run(['finish', '--on-exit', '5', '--strict'])).code).toBe(5);
  });

  test('start prints its ID and finish ends while the gateway fails, and both are recorded', async () => {
    const program = newProgram({ env: { PUSHGATEWAY_URL: front.url } });
    await front.become(fault);
    const begun = await program.run(['start', '--deployment', `whole-${fault}`, '--version', '1']);
    expect(begun.stdout).toMatch(/^\d{8}T/);
    oneWarningWithHint(begun);
    forgetBackOff(program.ledger);
    oneWarningWithHint(await program.run(['finish', '--id', begun.stdout.trim()]));
    expect(program.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'success' },
    ]);
  });
});

test('a gateway that rejects the metrics gives one warning per deployment and is not contacted again until push', async () => {
  const program = await known('refused');
  await front.become('bad');
  const line = oneWarningWithHint(await program.run(['extract', '--', 'true']));
  expect(line).toContain('that was refused');
  const asked = front.requests.length;
  await program.quiet(['extract', '--', 'true']);
  await program.quiet(['finish']);
  expect(front.requests.length).toBe(asked);
  expect((await program.run(['push'])).code).toBe(1);
  await front.become('none');
  await program.quiet(['push']);
  expect(await extracted('refused')).toBe(2);
});

test('a slow gateway that responds in time gives no warning', async () => {
  const program = await known('slow');
  await front.become('slow');
  const env = { DEPLOYTRACK_GATEWAY_TIMEOUT: '10s' };
  await program.quiet(['extract', '--', 'true'], { env });
  await program.quiet(['finish'], { env });
  expect(await extracted('slow')).toBe(1);
  expect(await gateway.value('deployment_total', { deployment: 'slow', status: 'success' })).toBe(1);
});
