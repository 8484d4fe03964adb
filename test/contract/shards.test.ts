import { expect, onTestFinished, test } from 'vitest';
import { rank } from '../../src/push/shards/rank.ts';
import type { Gateway } from '../support/gateway.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { resetsSeen } from './counters.ts';
import { copies, dead, instancesOn, someGateways, sumOf, twoFronted, urlsOf } from './fronted.ts';
import { group, newHost } from './host.ts';
import { letPausePass } from './ledgerFile.ts';

const minutes = { timeout: 120_000 };

const totals = { ...group, status: 'success' };

test('each host is on one of several gateways, and a new gateway takes only its share', minutes, async () => {
  const gateways = await someGateways(3);
  const two = gateways.slice(0, 2);
  const host = newHost({ gatewayUrl: urlsOf(two) });
  const instances = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5', 'web-6', 'web-7', 'web-8'];
  for (const instance of instances)
    expect(await host.run(['init', '--instance', instance])).toMatchObject({ code: 0 });
  const id = await host.quiet(['start', '--instance', 'web-1']);
  await host.quiet(['finish', '--id', id]);
  const placed = (all: readonly Gateway[]) =>
    all.map((one) => instances.filter((instance) => rank(all, instance)[0] === one));
  expect(await Promise.all(two.map(instancesOn))).toEqual(placed(two));
  await host.quiet(['push'], { env: { PUSHGATEWAY_URL: `${gateways[2]?.url}/ , ${urlsOf(two)}` } });
  expect(await Promise.all(gateways.map(instancesOn))).toEqual(placed(gateways));
  expect(await sumOf(gateways, 'deployment_total', { status: 'success', instance: 'web-1' })).toBe(1);
  expect(host.rows("SELECT count(*) AS n FROM declarations WHERE kind = 'copy'")).toEqual([{ n: 8 }]);
});

test('a start moves its own group from a single gateway to that of its instance', minutes, async () => {
  const { own, next, urls, both } = await twoFronted();
  const host = newHost({ gatewayUrl: next.front.url });
  const id = await host.quiet(['start']);
  // A mark neither moves the group nor pushes it twice.
  await host.quiet(['extract', '--id', id, '--', 'true'], { env: { PUSHGATEWAY_URL: urls } });
  expect(await instancesOn(own.gateway)).toEqual([]);
  await host.quiet(['finish', '--id', id], { env: { PUSHGATEWAY_URL: urls } });
  expect(await Promise.all([own, next].map(({ gateway }) => instancesOn(gateway)))).toEqual([['host-a'], []]);
  expect(await sumOf(both, 'deployment_total', totals)).toBe(1);
  // It was deleted there before it was pushed here.
  expect(next.front.exchanges.at(-1)?.method).toBe('DELETE');
});

test(
  'a gateway that is dead when a group moves away removes it once it responds, and doctor says so until then',
  minutes,
  async () => {
    const { own, next, urls, both } = await twoFronted();
    const host = newHost({ gatewayUrl: next.front.url });
    await host.quiet(['finish', '--id', await host.quiet(['start'])]);
    next.front.answerWith(dead);
    const env = { PUSHGATEWAY_URL: urls };
    const moved = await host.run(['push'], { env });
    expect(moved).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`cannot remove the metrics of app/production from ${next.front.url}`),
    });
    expect(await own.gateway.value('deployment_total', totals)).toBe(1);
    expect(await sumOf(both, 'deployment_total', totals)).toBe(2);
    const asked = await host.run(['doctor'], { env });
    expect(asked.stdout).toContain(
      `app/production on host-a is still to be deleted at ${next.front.url}, its former gateway: 503: no upstream`,
    );
    expect(asked.stdout).toContain(
      `host-a uses ${own.front.url}, the first of 2 by rendezvous hashing over the instance`,
    );
    next.front.answerWith(() => 'forward');
    letPausePass(host);
    await host.quiet(['start'], { env });
    expect(await instancesOn(next.gateway)).toEqual([]);
    expect(copies(host)).toEqual([own.front.url]);
    expect(await sumOf(both, 'deployment_total', totals)).toBe(1);
  },
);

test('a dead gateway is not replaced by another one unless that was asked for', minutes, async () => {
  const { own, next, urls } = await twoFronted();
  own.front.answerWith(dead);
  const host = newHost({ gatewayUrl: urls });
  expect(await host.run(['start'])).toMatchObject({ code: 0, stderr: expect.stringContaining('503') });
  expect(await host.run(['push'])).toMatchObject({ code: 1 });
  expect(await instancesOn(next.gateway)).toEqual([]);
  expect(next.front.exchanges).toEqual([]);
});

test(
  'with failover a group is on the next gateway while its own is dead, and back with the same totals afterwards',
  minutes,
  async () => {
    const { own, next, urls, both } = await twoFronted();
    const host = newHost({ gatewayUrl: urls, env: { DEPLOYTRACK_GATEWAY_FAILOVER: '1' } });
    await host.quiet(['finish', '--id', await host.quiet(['start'])]);
    const id = await host.quiet(['start']);
    own.front.answerWith(dead);
    expect(await host.run(['extract', '--id', id, '--', 'true'])).toMatchObject({ code: 0 });
    letPausePass(host);
    const finished = await host.run(['finish', '--id', id, '--strict']);
    expect(finished).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/cannot push metrics to .*503.*pushed to the next gateway/s),
    });
    expect(finished.stderr).toContain(`the next gateway, ${next.front.url} (`);
    expect(await next.gateway.value('deployment_total', totals)).toBe(2);
    expect(await own.gateway.value('deployment_total', totals)).toBe(1);
    expect(copies(host)).toEqual([next.front.url, own.front.url].sort());
    // Marks push to where the group is, without asking the dead one.
    const before = own.front.connections();
    const second = await host.quiet(['start']);
    await host.quiet(['extract', '--id', second, '--', 'true']);
    const stage = { ...group, stage: 'extract' };
    expect(await next.gateway.value('deployment_stage_duration_seconds', stage)).toBe(2);
    expect(own.front.connections()).toBe(before);
    const asked = await host.run(['doctor']);
    expect(asked.stdout).toContain(`host-a uses ${next.front.url}, because ${own.front.url}, the first of 2`);
    expect(asked.stdout).toContain(`is still to be deleted at ${own.front.url}, its former gateway: 503`);
    own.front.answerWith(() => 'forward');
    letPausePass(host);
    await host.quiet(['finish', '--id', second]);
    expect(await own.gateway.value('deployment_total', totals)).toBe(3);
    expect(await instancesOn(next.gateway)).toEqual([]);
    expect(await sumOf(both, 'deployment_total', totals)).toBe(3);
    expect(copies(host)).toEqual([own.front.url]);
  },
);

test('with failover the groups of a gateway are said to be on those that got them', minutes, async () => {
  const gateways = await someGateways(3);
  const [down] = gateways;
  const names = Array.from({ length: 200 }, (_, at) => `host-${at}`);
  const placed = (first: number, second: number) =>
    names.find((name) => {
      const [one, two] = rank(gateways, name);
      return one === gateways[first] && two === gateways[second];
    }) ?? '';
  const host = newHost({ gatewayUrl: urlsOf(gateways) });
  // The first one has a gateway of its own, which is asked last.
  for (const instance of [placed(1, 0), placed(0, 2)]) await host.run(['init', '--instance', instance]);
  await down?.stop();
  const pushed = await host.run(['push', '--gateway-failover']);
  expect(pushed.stderr).toContain(`pushed to the next gateway, ${gateways[2]?.url} (`);
});

test('with failover a gateway that does not respond leaves time for the next one', minutes, async () => {
  const { own, next, urls } = await twoFronted();
  const env = { DEPLOYTRACK_GATEWAY_FAILOVER: '1', DEPLOYTRACK_GATEWAY_TIMEOUT: '8s' };
  const host = newHost({ gatewayUrl: urls, env });
  await host.run(['init']);
  own.front.answerWith(() => 'hang');
  const started = await host.run(['start']);
  expect(started).toMatchObject({ code: 0, stderr: expect.stringContaining('pushed to the next gateway') });
  expect(await next.gateway.value('deployment_in_progress', group)).toBe(1);
});

test('if all gateways are dead, the group stays pending and the warning says so', minutes, async () => {
  const { own, next, urls } = await twoFronted();
  for (const { front } of [own, next]) front.answerWith(dead);
  const host = newHost({ gatewayUrl: urls, env: { DEPLOYTRACK_GATEWAY_FAILOVER: '1' } });
  const started = await host.run(['start']);
  expect(started.stderr).toContain('nothing is lost');
  expect(started.stderr).not.toContain('pushed to the next gateway');
  expect(await host.run(['push'])).toMatchObject({ code: 1 });
  for (const { front } of [own, next]) front.answerWith(() => 'forward');
  await host.quiet(['push']);
  expect(await own.gateway.value('deployment_in_progress', group)).toBe(1);
  expect(await instancesOn(next.gateway)).toEqual([]);
});

test(
  'a gateway that is removed from the setting removes its groups, and is sent no credentials',
  minutes,
  async () => {
    const { own, next, urls, both } = await twoFronted();
    const host = newHost({ gatewayUrl: urls });
    await host.quiet(['finish', '--id', await host.quiet(['start'])]);
    await host.quiet(['push'], {
      env: { PUSHGATEWAY_URL: next.front.url, DEPLOYTRACK_GATEWAY_TOKEN: 'a-new-token' },
    });
    expect(await instancesOn(own.gateway)).toEqual([]);
    expect(await sumOf(both, 'deployment_total', totals)).toBe(1);
    const removal = own.front.exchanges.at(-1);
    expect(removal?.method).toBe('DELETE');
    expect(removal?.headers).not.toHaveProperty('authorization');
    expect(next.front.exchanges.at(-1)?.headers).toHaveProperty('authorization');
  },
);

test('`push --delete` removes a group from every gateway that may hold it', minutes, async () => {
  const { own, next, urls, both } = await twoFronted();
  const host = newHost({ gatewayUrl: next.front.url });
  await host.quiet(['start']);
  next.front.answerWith(dead);
  await host.run(['push'], { env: { PUSHGATEWAY_URL: urls } });
  expect((await Promise.all(both.map(instancesOn))).flat()).toEqual(['host-a', 'host-a']);
  next.front.answerWith(() => 'forward');
  await host.quiet(['push', '--delete'], { env: { PUSHGATEWAY_URL: urls } });
  expect((await Promise.all([own, next].map(({ gateway }) => instancesOn(gateway)))).flat()).toEqual([]);
  expect(copies(host)).toEqual([]);
});

test('another single gateway is only pushed to: nothing is deleted at the first one', minutes, async () => {
  const { own, next } = await twoFronted();
  const host = newHost({ gatewayUrl: own.front.url });
  await host.quiet(['start']);
  await host.quiet(['push'], { env: { PUSHGATEWAY_URL: next.front.url } });
  expect(await instancesOn(own.gateway)).toEqual(['host-a']);
  expect(copies(host)).toEqual([]);
});

test(
  'a runner with a new ledger each time continues from the totals on the gateway that it had before one was added',
  minutes,
  async () => {
    const { own, next, urls, both } = await twoFronted();
    const runner = (gatewayUrl: string) => newHost({ gatewayUrl }).quiet(['run', '--', 'true']);
    await runner(next.front.url);
    await runner(urls);
    expect(await own.gateway.value('deployment_total', totals)).toBe(2);
    expect(await instancesOn(next.gateway)).toEqual([]);
    await runner(urls);
    expect(await sumOf(both, 'deployment_total', totals)).toBe(3);
  },
);

test(
  'a Prometheus that scrapes all gateways in one job sees no counter fall when a group moves, and counts every event once',
  minutes,
  async () => {
    const { own, next, urls, both } = await twoFronted();
    const [gatewayUrl = '', ...otherGatewayUrls] = both.map(({ url }) => url);
    const prometheus = await startPrometheus({ gatewayUrl, otherGatewayUrls });
    onTestFinished(() => prometheus.stop());
    const host = newHost({ gatewayUrl: next.front.url });
    expect(await host.run(['init'])).toMatchObject({ code: 0 });
    const counter = 'deployment_total{status="success",instance="host-a"}';
    await prometheus.until(counter, (value) => value === 0);
    const deploy = async (env = {}) => {
      await host.quiet(['finish', '--id', await host.quiet(['start'], { env })], { env });
    };
    await deploy();
    await prometheus.until(counter, (value) => value === 1);
    await deploy({ PUSHGATEWAY_URL: urls });
    expect(await instancesOn(own.gateway)).toEqual(['host-a']);
    await prometheus.until(counter, (value) => value === 2);
    expect(await prometheus.value(`round(sum(increase(${counter}[5m])))`)).toBe(2);
    expect(await resetsSeen(prometheus)).toEqual([]);
  },
);
