import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { endOf, type Program } from '../support/program.ts';
import { startFront } from './front.ts';
import { group, newHost } from './host.ts';
import { letPausePass, stretchPause } from './ledgerFile.ts';

const minutes = { timeout: 60_000 };

async function behindFront() {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const front = await startFront({ behind: gateway });
  const host = newHost({ gatewayUrl: front.url, env: { DEPLOYTRACK_GATEWAY_TIMEOUT: '300ms' } });
  const id = await host.quiet(['start', '--gateway-timeout', '20s']);
  return { gateway, front, host, id };
}

function pause(host: Program) {
  const [row] = host.rows('SELECT failures, retry_at AS retryAt FROM gateways');
  return row as { failures: number; retryAt: number } | undefined;
}

test(
  'a dead gateway costs one timeout for all marks of a pause, and one for each start or end of a deployment',
  minutes,
  async () => {
    const { front, host, id } = await behindFront();
    front.answerWith(() => 'hang');
    const before = front.connections();
    const mark = () => host.run(['extract', '--id', id, '--', 'true']);
    expect((await mark()).stderr).toMatch(/no complete response within \d+ ms/);
    stretchPause(host);
    for (let marks = 0; marks < 4; marks += 1) expect(await mark()).toMatchObject({ code: 0, stderr: '' });
    await host.quiet(['phase', 'start', 'migrate', '--id', id]);
    await host.quiet(['phase', 'end', 'migrate', '--id', id]);
    await host.quiet(['health', '--check-type', 'port', '--any-version', '--id', id, '--', 'true']);
    expect(front.connections() - before).toBe(1);
    // The start and the end of a deployment try once, whatever the marks met.
    for (const words of [['finish', '--id', id], ['start']]) {
      const end = await host.run(words);
      expect(end).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/no (complete )?response within \d+ ms/),
      });
      expect(end.stderr.match(/^deploytrack: warning: /gm)).toHaveLength(1);
    }
    expect(front.connections() - before).toBe(3);
    expect(pause(host)?.failures).toBe(1);
  },
);

test('the pause after a failed push doubles with each failure', minutes, async () => {
  const { front, host, id } = await behindFront();
  front.answerWith(() => ({ status: 503 }));
  for (const [failures, seconds] of [
    [1, 5],
    [2, 10],
    [3, 20],
  ] as const) {
    letPausePass(host);
    const began = Date.now();
    await host.run(['extract', '--id', id, '--', 'true']);
    const found = pause(host);
    expect(found?.failures).toBe(failures);
    expect(found?.retryAt).toBeGreaterThanOrEqual(began + seconds * 1000);
    expect(found?.retryAt).toBeLessThanOrEqual(Date.now() + seconds * 1000);
  }
});

test('`push` ignores the pause and says why it failed, and a success ends the pause', minutes, async () => {
  const { gateway, front, host, id } = await behindFront();
  front.answerWith(() => ({ status: 502, body: 'no upstream\n' }));
  await host.run(['extract', '--id', id, '--', 'true']);
  const before = front.connections();
  expect(await host.run(['push'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('502: no upstream'),
  });
  expect(front.connections()).toBe(before + 1);
  stretchPause(host);
  front.answerWith(() => 'forward');
  await host.quiet(['extract', '--id', id, '--', 'true']);
  expect(front.connections()).toBe(before + 1);
  await host.quiet(['push', '--gateway-timeout', '20s']);
  expect(pause(host)).toBeUndefined();
  await host.quiet(['extract', '--id', id, '--gateway-timeout', '20s', '--', 'true']);
  expect(await gateway.value('deployment_stage_duration_seconds', { ...group, stage: 'extract' })).toBe(3);
});

test(
  'a redirect of the gateway is not followed, but is an error that names its target',
  minutes,
  async () => {
    const { gateway, front, host, id } = await behindFront();
    const elsewhere = await startFront({ behind: gateway });
    const location = `${elsewhere.url}/login?token=secret`;
    front.answerWith(() => ({ status: 307, headers: { location } }));
    const end = await host.run(['extract', '--id', id, '--', 'true']);
    expect(end).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`307: redirected to ${elsewhere.url}/login`),
    });
    expect(end.stderr).not.toContain('secret');
    expect(elsewhere.connections()).toBe(0);
    expect(host.rows('SELECT seq > delivered_seq AS dirty FROM groups')).toEqual([{ dirty: 1 }]);
  },
);

test.each(['drip', 'hang'] as const)(
  'a gateway that only %ss is given up at the deadline, and the command keeps its exit code',
  minutes,
  async (how) => {
    const { front, host, id } = await behindFront();
    front.answerWith(() => how);
    const end = await host.run(['migrate', '--id', id, '--', 'sh', '-c', 'exit 7']);
    expect(end).toMatchObject({
      code: 7,
      stderr: expect.stringMatching(/no complete response within \d+ ms/),
    });
    const dripping = await host.run(['push']);
    expect(dripping).toMatchObject({ code: 1, stderr: expect.stringContaining('no response within 300 ms') });
  },
);

test('a slow gateway that responds within the deadline is not a failure', minutes, async () => {
  const { gateway, front, host, id } = await behindFront();
  front.hold(() => new Promise((resolve) => setTimeout(resolve, 400)));
  await host.quiet(['extract', '--id', id, '--gateway-timeout', '20s', '--', 'true']);
  expect(await gateway.value('deployment_stage_duration_seconds', { ...group, stage: 'extract' })).toBe(1);
  expect(pause(host)).toBeUndefined();
});

test('`finish` pushes even if the gateway did not respond to the last mark', minutes, async () => {
  const { gateway, front, host, id } = await behindFront();
  front.answerWith(() => 'hang');
  expect((await host.run(['extract', '--id', id, '--', 'true'])).stderr).toContain('no complete response');
  stretchPause(host);
  front.answerWith(() => 'forward');
  await host.quiet(['finish', '--id', id, '--gateway-timeout', '20s']);
  expect(await gateway.value('deployment_total', { ...group, status: 'success' })).toBe(1);
  expect(pause(host)).toBeUndefined();
});

test('several marks that fail at once start one pause', minutes, async () => {
  const { front, host, id } = await behindFront();
  front.answerWith(() => ({ status: 503 }));
  const others = ['b', 'c', 'd', 'e'].map((name) => ['start', '--deployment', name]);
  const began = Date.now();
  await Promise.all([['extract', '--id', id, '--', 'true'], ...others].map((words) => host.run(words)));
  expect(pause(host)?.failures).toBe(1);
  expect(pause(host)?.retryAt).toBeGreaterThanOrEqual(began + 5000);
  expect(pause(host)?.retryAt).toBeLessThanOrEqual(Date.now() + 5000);
});

test.each([
  { word: 'a mark', args: ['extract'], told: '' },
  { word: '`finish`', args: ['finish'], told: 'are not pushed yet' },
])(
  '$word that was delayed by a busy machine does not count as a failure of the gateway',
  minutes,
  async ({ args, told }) => {
    const { front, host, id } = await behindFront();
    const gates: (() => void)[] = [];
    front.hold(() => new Promise((open) => gates.push(open)));
    const command = args[0] === 'extract' ? ['--', 'true'] : [];
    const sender = host.spawn([...args, '--id', id, '--gateway-timeout', '1s', ...command]);
    const ended = endOf(sender);
    await eventually(() => (gates.length === 1 ? true : undefined), { what: 'PUT in flight' });
    // Like one of fifty processes on one core.
    sender.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 2500));
    sender.kill('SIGCONT');
    const end = await ended;
    expect(end.code).toBe(0);
    if (told === '') expect(end.stderr).toBe('');
    else expect(end.stderr).toContain(told);
    expect(pause(host)).toBeUndefined();
  },
);
