import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import type { Program } from '../support/program.ts';
import { type Front, startFront } from './front.ts';
import { group, newHost } from './host.ts';
import { holdLease } from './ledgerFile.ts';

const minutes = { timeout: 120_000 };

async function behindFront() {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const front = await startFront({ behind: gateway });
  return { gateway, front, host: newHost({ gatewayUrl: front.url }) };
}

function lease(host: Program) {
  const [row = {}] = host.rows('SELECT lease_holder AS holder, lease_until AS until FROM groups');
  return row as { holder: string | null; until: number };
}

/** Kills a mark of this deployment while its PUT waits for a response. */
async function killSender(host: Program, { front, id }: { front: Front; id: string }): Promise<void> {
  front.answerWith(() => 'hang');
  const sent = front.puts().length;
  const sender = host.spawn(['extract', '--id', id, '--gateway-timeout', '15s', '--', 'true']);
  await eventually(() => (front.puts().length > sent ? true : undefined), { what: 'PUT in flight' });
  sender.kill('SIGKILL');
  await once(sender, 'exit');
  front.answerWith(() => 'forward');
  expect(lease(host)).toMatchObject({ holder: expect.any(String), until: expect.any(Number) });
}

test('the next `finish` pushes even if a sender was killed', minutes, async () => {
  const { gateway, front, host } = await behindFront();
  const id = await host.quiet(['start']);
  await killSender(host, { front, id });
  await host.quiet(['finish', '--id', id]);
  expect(await gateway.value('deployment_total', { ...group, status: 'success' })).toBe(1);
  expect(await gateway.value('deployment_in_progress', group)).toBe(0);
  expect(lease(host)).toEqual({ holder: null, until: 0 });
});

test(
  'a mark pushes twice after a sender was killed, because the request of that sender may arrive last',
  minutes,
  async () => {
    const { front, host } = await behindFront();
    const id = await host.quiet(['start']);
    await killSender(host, { front, id });
    const sent = front.puts().length;
    await host.quiet(['migrate', '--id', id, '--', 'true']);
    expect(front.puts()).toHaveLength(sent + 2);
    await host.quiet(['cutover', '--id', id, '--', 'true']);
    expect(front.puts()).toHaveLength(sent + 3);
    expect(host.rows('SELECT seq - delivered_seq AS outstanding FROM groups')).toEqual([{ outstanding: 0 }]);
  },
);

test.each(['start', 'run'])('`push` does not wait for a killed `%s`', minutes, async (word) => {
  const { gateway, front, host } = await behindFront();
  await host.run(['init']);
  front.answerWith(() => 'hang');
  const seen = front.exchanges.length;
  const sender = host.spawn(word === 'run' ? ['run', '--', 'sleep', '2'] : ['start']);
  await eventually(() => (front.exchanges.length > seen ? true : undefined), { what: 'a request in flight' });
  sender.kill('SIGKILL');
  await once(sender, 'exit');
  front.answerWith(() => 'forward');
  expect((await host.run(['push', '--gateway-timeout', '2s'])).code).toBe(0);
  expect(await gateway.group(group)).toBeDefined();
});

test(
  'a sender that cannot be checked blocks others until its lease expires, and `finish` says so once',
  minutes,
  async () => {
    const { gateway, front, host } = await behindFront();
    const id = await host.quiet(['start']);
    const sent = front.puts().length;
    const elsewhere = { pid: 7, started: '1', boot: bootId(), pidNamespace: 'pid:[1]', unique: 'x' };
    const until = Date.now() + 8000;
    holdLease(host, { holder: JSON.stringify(elsewhere), until });

    await host.quiet(['migrate', '--id', id, '--', 'true']);
    const end = await host.run(['finish', '--id', id, '--gateway-timeout', '200ms']);
    expect(end).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('app/production are not pushed yet'),
    });
    expect(end.stderr.match(/^deploytrack: warning: /gm)).toHaveLength(1);
    expect(front.puts()).toHaveLength(sent);
    expect(lease(host)).toEqual({ holder: JSON.stringify(elsewhere), until });

    await host.quiet(['push', '--wait', '60s']);
    expect(Date.now()).toBeGreaterThanOrEqual(until);
    expect(await gateway.value('deployment_total', { ...group, status: 'success' })).toBe(1);
  },
);

test(
  '`finish` waits for a running sender and prints nothing if that one pushes the result',
  minutes,
  async () => {
    const { gateway, front, host } = await behindFront();
    const id = await host.quiet(['start']);
    const gates: (() => void)[] = [];
    front.hold(() => new Promise((open) => gates.push(open)));
    const first = host.quiet(['extract', '--id', id, '--', 'true']);
    await eventually(() => (gates.length === 1 ? true : undefined), { what: 'PUT in flight' });
    const finished = host.quiet(['finish', '--id', id]);
    await eventually(() => isClosed(host), { what: 'the end in the ledger' });
    front.hold(async () => {});
    gates[0]?.();
    await Promise.all([first, finished]);
    expect(await gateway.value('deployment_total', { ...group, status: 'success' })).toBe(1);
  },
);

test(
  '`finish` that waits in vain for a running sender warns, and the sender pushes the result',
  minutes,
  async () => {
    const { gateway, front, host } = await behindFront();
    const id = await host.quiet(['start']);
    const gates: (() => void)[] = [];
    front.hold(() => new Promise((open) => gates.push(open)));
    const first = host.quiet(['extract', '--id', id, '--', 'true']);
    await eventually(() => (gates.length === 1 ? true : undefined), { what: 'PUT in flight' });
    const end = await host.run(['finish', '--id', id, '--gateway-timeout', '200ms']);
    expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('are not pushed yet') });
    front.hold(async () => {});
    gates[0]?.();
    await first;
    expect(await gateway.value('deployment_total', { ...group, status: 'success' })).toBe(1);
  },
);

function isClosed(host: Program): true | undefined {
  const open = "SELECT 1 FROM deployment_metrics WHERE deployment_status = 'in-progress'";
  return host.rows(open).length === 0 ? true : undefined;
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

test('a sender also pushes what others recorded while it waited for its response', minutes, async () => {
  const { gateway, front, host } = await behindFront();
  const id = await host.quiet(['start']);
  const gates: (() => void)[] = [];
  front.hold(() => new Promise((open) => gates.push(open)));
  const first = host.quiet(['extract', '--id', id, '--', 'true']);
  await eventually(() => (gates.length === 1 ? true : undefined), { what: 'first PUT' });
  for (const phase of ['migrate', 'cutover']) await host.quiet([phase, '--id', id, '--', 'true']);
  expect(front.puts()).toHaveLength(2); // The one of `start`, and the one that is delayed.
  front.hold(async () => {});
  gates[0]?.();
  await first;
  expect(front.puts()).toHaveLength(3);
  expect(await gateway.value('deployment_stage_duration_seconds', { ...group, stage: 'cutover' })).toBe(1);
  expect(host.rows('SELECT seq - delivered_seq AS outstanding FROM groups')).toEqual([{ outstanding: 0 }]);
});

test('`push` without changes pushes what was recorded while it checked the gateway', minutes, async () => {
  const { gateway, front, host } = await behindFront();
  const id = await host.quiet(['start']);
  const gates: (() => void)[] = [];
  front.hold(({ method }) =>
    method === 'GET' ? new Promise((open) => gates.push(open)) : Promise.resolve(),
  );
  const pushed = host.quiet(['push']);
  await eventually(() => (gates.length === 1 ? true : undefined), { what: 'reading' });
  await host.quiet(['extract', '--id', id, '--', 'true']);
  expect(front.puts()).toHaveLength(1); // The mark left its push to the running sender.
  front.hold(async () => {});
  gates[0]?.();
  await pushed;
  expect(front.puts()).toHaveLength(2);
  expect(await gateway.value('deployment_stage_duration_seconds', { ...group, stage: 'extract' })).toBe(1);
  expect(host.rows('SELECT seq - delivered_seq AS outstanding FROM groups')).toEqual([{ outstanding: 0 }]);
});

test('`push` waits for its turn', minutes, async () => {
  const { front, host } = await behindFront();
  const id = await host.quiet(['start']);
  const gates: (() => void)[] = [];
  front.hold(() => new Promise((open) => gates.push(open)));
  const first = host.quiet(['extract', '--id', id, '--', 'true']);
  await eventually(() => (gates.length === 1 ? true : undefined), { what: 'PUT in flight' });
  const tries = lease(host);
  let isOver = false;
  const pushed = host.quiet(['push']).then(() => {
    isOver = true;
  });
  await host.quiet(['migrate', '--id', id, '--', 'true']);
  expect({ isOver, exchanges: gates.length, lease: lease(host) }).toEqual({
    isOver: false,
    exchanges: 1,
    lease: tries,
  });
  front.hold(async () => {});
  gates[0]?.();
  await Promise.all([first, pushed]);
  expect(host.rows('SELECT seq - delivered_seq AS outstanding FROM groups')).toEqual([{ outstanding: 0 }]);
});

test(
  '`start` waits for its turn, since without reading the gateway no mark of its deployment would be pushed',
  minutes,
  async () => {
    const { gateway, front, host } = await behindFront();
    const id = await host.quiet(['start']);
    const gates: (() => void)[] = [];
    front.hold(() => new Promise((open) => gates.push(open)));
    const first = host.quiet(['extract', '--id', id, '--', 'true']);
    await eventually(() => (gates.length === 1 ? true : undefined), { what: 'PUT in flight' });
    const second = host.run(['start']);
    await eventually(() => (host.rows('SELECT 1 FROM deployment_metrics').length === 2 ? true : undefined), {
      what: 'second start',
    });
    front.hold(async () => {});
    gates[0]?.();
    await first;
    const other = (await second).stdout.trim();
    await host.quiet(['migrate', '--id', other, '--', 'true']);
    expect(await gateway.value('deployment_stage_duration_seconds', { ...group, stage: 'migration' })).toBe(
      1,
    );
  },
);

test(
  'reading the gateway for longer than the lease changes nothing, since another sender has newer data',
  minutes,
  async () => {
    const { gateway, front, host } = await behindFront();
    const id = await host.quiet(['start']);
    await host.quiet(['extract', '--id', id, '--', 'true']);
    const sent = front.puts().length;
    const gates: (() => void)[] = [];
    front.hold(({ method }) =>
      method === 'GET' ? new Promise((open) => gates.push(open)) : Promise.resolve(),
    );
    const slow = host.run(['push']);
    await eventually(() => (gates.length === 1 ? true : undefined), { what: 'reading' });
    holdLease(host, { holder: 'another sender', until: Date.now() + 3_000_000 });
    const adoptedAt = host.rows('SELECT adopted_at FROM groups');
    front.hold(async () => {});
    gates[0]?.();
    await slow;
    expect(front.puts()).toHaveLength(sent);
    expect(host.rows('SELECT adopted_at FROM groups')).toEqual(adoptedAt);
    expect(lease(host)).toMatchObject({ holder: 'another sender' });
    expect(await gateway.value('deployment_stage_duration_seconds', { ...group, stage: 'extract' })).toBe(1);
  },
);

test('`push` that does not get its turn warns and exits with 1', minutes, async () => {
  const { front, host } = await behindFront();
  const id = await host.quiet(['start']);
  const gates: (() => void)[] = [];
  front.hold(() => new Promise((open) => gates.push(open)));
  const first = host.quiet(['extract', '--id', id, '--', 'true']);
  await eventually(() => (gates.length === 1 ? true : undefined), { what: 'PUT in flight' });
  expect(await host.run(['push', '--gateway-timeout', '200ms'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not pushed yet: app/production'),
  });
  front.hold(async () => {});
  gates[0]?.();
  await first;
});
