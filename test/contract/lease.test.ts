import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import type { Program } from '../support/program.ts';
import { startFront } from './front.ts';
import { group, newHost } from './host.ts';
import { giveLeaseAway } from './ledgerFile.ts';

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

test(
  'a sender that is killed while it holds the lease keeps others out until it expires, and no longer',
  minutes,
  async () => {
    const { gateway, front, host } = await behindFront();
    const id = await host.quiet(['start']);
    front.answerWith(() => 'hang');
    const sent = front.puts().length;
    const sender = host.spawn(['extract', '--id', id, '--gateway-timeout', '1500ms', '--', 'true']);
    await eventually(() => (front.puts().length > sent ? true : undefined), { what: 'PUT in flight' });
    sender.kill('SIGKILL');
    await once(sender, 'exit');
    front.answerWith(() => 'forward');
    const { holder, until } = lease(host);
    expect(holder).not.toBeNull();

    // A mark leaves its news to the holder, also to one that is gone.
    await host.quiet(['migrate', '--id', id, '--', 'true']);
    expect(front.puts()).toHaveLength(sent + 1);
    expect(lease(host)).toEqual({ holder, until });

    await host.quiet(['push', '--wait', '60s']);
    expect(Date.now()).toBeGreaterThanOrEqual(until);
    expect(front.puts()).toHaveLength(sent + 2);
    expect(lease(host)).toEqual({ holder: null, until: 0 });
    const stages = 'deployment_stage_duration_seconds';
    expect(await gateway.value(stages, { ...group, stage: 'extract' })).toBe(1);
    expect(await gateway.value(stages, { ...group, stage: 'migration' })).toBe(1);
  },
);

test('the holder sends what others have marked while it waited for its answer', minutes, async () => {
  const { gateway, front, host } = await behindFront();
  const id = await host.quiet(['start']);
  const gates: (() => void)[] = [];
  front.hold(() => new Promise((open) => gates.push(open)));
  const first = host.quiet(['extract', '--id', id, '--', 'true']);
  await eventually(() => (gates.length === 1 ? true : undefined), { what: 'first PUT' });
  for (const phase of ['migrate', 'cutover']) await host.quiet([phase, '--id', id, '--', 'true']);
  expect(front.puts()).toHaveLength(2); // of `start`, and the one that is held
  front.hold(async () => {});
  gates[0]?.();
  await first;
  expect(front.puts()).toHaveLength(3);
  expect(await gateway.value('deployment_stage_duration_seconds', { ...group, stage: 'cutover' })).toBe(1);
  expect(host.rows('SELECT seq - delivered_seq AS outstanding FROM groups')).toEqual([{ outstanding: 0 }]);
});

test('`push` that had nothing to send sends what was marked while it looked', minutes, async () => {
  const { gateway, front, host } = await behindFront();
  const id = await host.quiet(['start']);
  const gates: (() => void)[] = [];
  front.hold(({ method }) =>
    method === 'GET' ? new Promise((open) => gates.push(open)) : Promise.resolve(),
  );
  const pushed = host.quiet(['push']);
  await eventually(() => (gates.length === 1 ? true : undefined), { what: 'reading' });
  await host.quiet(['extract', '--id', id, '--', 'true']);
  expect(front.puts()).toHaveLength(1); // the mark left its news to the holder
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
  '`start` waits for its turn: without a look at the gateway no mark of its deployment would be sent',
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
  'a reading that took longer than the lease changes nothing: another sender knows better by then',
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
    giveLeaseAway(host);
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

test('`push` that does not get its turn says so and exits 1', minutes, async () => {
  const { front, host } = await behindFront();
  const id = await host.quiet(['start']);
  const gates: (() => void)[] = [];
  front.hold(() => new Promise((open) => gates.push(open)));
  const first = host.quiet(['extract', '--id', id, '--', 'true']);
  await eventually(() => (gates.length === 1 ? true : undefined), { what: 'PUT in flight' });
  expect(await host.run(['push', '--gateway-timeout', '200ms'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('not delivered yet: app/production'),
  });
  front.hold(async () => {});
  gates[0]?.();
  await first;
});
