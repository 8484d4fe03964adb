import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Context, processContext } from '../../src/context.ts';
import { exposition } from '../../src/metrics/exposition.ts';
import { groupSamples } from '../../src/metrics/samples.ts';
import type { GroupSnapshot } from '../../src/metrics/snapshot.ts';
import { gatewayAddress } from '../../src/push/gateway/gatewayAddress.ts';
import { put, readGroup, remove } from '../../src/push/gateway/pushgateway.ts';
import { eventually } from '../support/eventually.ts';
import { fullSnapshot } from '../support/fullSnapshot.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { freePort } from '../support/server.ts';
import { groupSnapshot } from '../support/snapshot.ts';

const noCredentials = { headers: {}, caPem: null };
const key = { instance: 'host-a', deployment: 'gateway', environment: 'production' };
const call = { key, timeoutMs: 10_000 };
const render = (snapshot: GroupSnapshot) => exposition(groupSamples(snapshot));

let gateway: Gateway;
let target: { url: string; credentials: typeof noCredentials; context: Context };
beforeAll(async () => {
  gateway = await startGateway();
  target = { url: gateway.url, credentials: noCredentials, context: processContext() };
});
afterAll(() => gateway.stop());
beforeEach(async () => {
  for (const { labels } of await gateway.groups()) {
    const path = Object.entries(labels)
      .filter(([name]) => name !== 'job')
      .map(([name, value]) => `${name}/${value}`);
    await fetch(`${gateway.url}/metrics/job/${labels.job}/${path.join('/')}`, { method: 'DELETE' });
  }
  await empty();
});

const empty = () =>
  eventually(async () => ((await gateway.groups()).length === 0 ? true : undefined), { everyMs: 5 });

describe('Push', () => {
  test('a push of a full group is stored completely, with the types of the catalog', async () => {
    const families = groupSamples(fullSnapshot());
    expect(await put(target, { ...call, text: exposition(families) })).toEqual({
      outcome: 'delivered',
      status: 200,
    });
    const group = await gateway.group({
      instance: 'host-a',
      deployment: 'gateway',
      environment: 'production',
      job: 'deploytrack',
    });
    for (const { family, samples } of families) {
      const held = group?.families[family.name];
      const labelSets =
        family.type === 'histogram' ? samples.filter(({ suffix }) => suffix === '_count') : samples;
      expect([family.name, held?.type, held?.metrics.length]).toEqual([
        family.name,
        family.type,
        labelSets.length,
      ]);
    }
  });

  test('a push replaces the group, so that missing series disappear', async () => {
    await put(target, { ...call, text: render(fullSnapshot()) });
    await put(target, { ...call, text: render(groupSnapshot()) });
    expect(await gateway.value('deployment_status')).toBeUndefined();
    expect(await gateway.value('deployment_warning_total')).toBe(0);
  });

  test('a push does not change other groups', async () => {
    const other = { ...call, key: { ...key, environment: 'staging' } };
    await put(target, { ...other, text: render(groupSnapshot({ events: 5 })) });
    await put(target, { ...call, text: render(groupSnapshot({ events: 7 })) });
    expect(await gateway.value('deploytrack_ledger_events_total', { environment: 'staging' })).toBe(5);
  });

  test("a push with a type that differs from another group is rejected, with the gateway's message", async () => {
    await fetch(`${gateway.url}/metrics/job/old`, {
      method: 'PUT',
      body: '# TYPE deployment_total gauge\ndeployment_total 1\n',
    });
    const refused = await put(target, { ...call, text: render(groupSnapshot()) });
    expect(refused).toMatchObject({
      outcome: 'refused',
      status: 400,
      // The gateway names the one it meets second, in the random order of a Go map.
      line: expect.stringMatching(/^400: .*deployment_total.*is not a (GAUGE|COUNTER)/),
    });
    // It leaves an empty group behind, which differs from an accepted one and can be removed.
    expect(await readGroup(target, call)).toMatchObject({
      group: { exists: true, pushedAtSeconds: 0, totals: [] },
    });
    expect(await remove(target, call)).toEqual({ outcome: 'delivered', status: 202 });
    await eventually(async () =>
      (await gateway.group({ instance: 'host-a' })) === undefined ? true : undefined,
    );
  });

  test('a push to an address with a base path goes below that path', async () => {
    const below = await startGateway({ routePrefix: '/base/path' });
    try {
      const { url } = gatewayAddress(`${below.url}/base/path/`);
      const there = { url, credentials: noCredentials, context: processContext() };
      expect(await put(there, { ...call, text: render(groupSnapshot({ events: 3 })) })).toMatchObject({
        outcome: 'delivered',
      });
      expect(await below.value('deploytrack_ledger_events_total')).toBe(3);
      expect(await readGroup(there, call)).toMatchObject({ outcome: 'read', group: { events: 3 } });
      const beside = await put(
        { url: below.url, credentials: noCredentials, context: processContext() },
        { ...call, text: render(groupSnapshot()) },
      );
      expect(beside).toEqual({
        outcome: 'failed',
        status: 404,
        line: '404: no Pushgateway at this address (is a base path missing?)',
      });
    } finally {
      await below.stop();
    }
  });

  test('a push without a gateway fails and can be retried', async () => {
    const nobody = {
      url: `http://127.0.0.1:${await freePort()}`,
      credentials: noCredentials,
      context: processContext(),
    };
    const failure = { outcome: 'failed', line: 'connection refused' };
    expect(await put(nobody, { ...call, text: '' })).toEqual(failure);
    expect(await remove(nobody, call)).toEqual(failure);
    expect(await readGroup(nobody, call)).toEqual(failure);
  });
});

describe('Removal', () => {
  test('a removal removes exactly the group', async () => {
    for (const environment of ['production', 'staging']) {
      await put(target, { ...call, key: { ...key, environment }, text: render(groupSnapshot()) });
    }
    await remove(target, call);
    await eventually(async () => ((await gateway.groups()).length === 1 ? true : undefined));
    expect((await gateway.groups())[0]?.labels.environment).toBe('staging');
  });

  test('a removal of a missing group is a success', async () => {
    expect(await remove(target, call)).toEqual({ outcome: 'delivered', status: 202 });
  });
});

describe('Reading a group from the gateway', () => {
  test('a group does not exist before a push', async () => {
    expect(await readGroup(target, call)).toEqual({
      outcome: 'read',
      group: { exists: false, pushedAtSeconds: null, ledgerId: null, events: null, totals: [] },
    });
  });

  test('a group that was read renders to the same text', async () => {
    const snapshot = fullSnapshot();
    const text = render(snapshot);
    await put(target, { ...call, text });
    await put(target, {
      ...call,
      key: { ...key, instance: 'host-b' },
      text: render(fullSnapshot({ events: 999 })),
    });
    const reading = await readGroup(target, call);
    if (reading.outcome !== 'read') throw new Error(reading.line);
    const { group } = reading;
    expect(group).toMatchObject({ exists: true, ledgerId: 'ledger-1', events: 123 });
    expect(group.pushedAtSeconds).toBeGreaterThan(1.7e9);
    const again = render({ ...snapshot, totals: group.totals, events: group.events ?? 0 });
    // The gateway sorts label sets, our text has them in the order of the totals.
    expect(again.split('\n').sort()).toEqual(text.split('\n').sort());
  });
});
