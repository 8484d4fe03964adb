import { expect, onTestFinished, test } from 'vitest';
import { rank } from '../../src/push/shards/rank.ts';
import { startFaultyGateway } from '../support/faultyGateway.ts';
import { dead, type Fronted, fronted, instancesOn, twoFronted, urlsOf } from './fronted.ts';
import { group, newHost } from './host.ts';
import { letPausePass } from './ledgerFile.ts';

const minutes = { timeout: 120_000 };
const totals = { ...group, status: 'success' };
const nowhere = { PUSHGATEWAY_URL: '' };

/** A host that has this one as the first of them. */
function hostOf(one: Fronted, all: readonly Fronted[]): string {
  const fronts = all.map(({ front }) => front);
  const names = Array.from({ length: 200 }, (_, at) => `host-${at}`);
  return names.find((name) => rank(fronts, name)[0] === one.front) ?? '';
}

const times = (text: string, part: string) => text.split(part).length - 1;

test('a gateway that hangs costs only its own hosts, and one warning', minutes, async () => {
  const { own, next, urls } = await twoFronted();
  const all = [own, next];
  const host = newHost({ gatewayUrl: urls, env: { DEPLOYTRACK_GATEWAY_TIMEOUT: '6s' } });
  const healthy = hostOf(next, all);
  // The newest is tried first.
  for (const instance of [healthy, hostOf(own, all)])
    await host.quiet(['start', '--instance', instance], { env: nowhere });
  own.front.answerWith(() => 'hang');
  const pushed = await host.run(['push']);
  expect(pushed.code).toBe(1);
  expect(times(pushed.stderr, 'cannot push metrics to')).toBe(1);
  expect(await instancesOn(next.gateway)).toEqual([healthy]);
  expect(host.rows('SELECT url FROM gateways')).toEqual([{ url: own.front.url }]);
});

test(
  'a former gateway that hangs is asked once by a command, with one warning, and the groups are pushed',
  minutes,
  async () => {
    const [own, next, former] = (await fronted(3)) as [Fronted, Fronted, Fronted];
    const deployments = ['one', 'two', 'three', 'four', 'five', 'six'];
    const env = { DEPLOYTRACK_GATEWAY_TIMEOUT: '8s' };
    const host = newHost({ gatewayUrl: former.front.url, env });
    for (const deployment of deployments) await host.run(['init', '--deployment', deployment]);
    former.front.answerWith(() => 'hang');
    const pushed = await host.run(['push'], {
      env: { PUSHGATEWAY_URL: urlsOf([own.front, next.front]) },
    });
    expect(pushed.code).toBe(0);
    expect(times(pushed.stderr, 'cannot remove the metrics of')).toBe(1);
    expect(await own.gateway.groups()).toHaveLength(deployments.length);
    expect(former.front.exchanges.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
    expect(host.rows('SELECT url FROM gateways')).toEqual([{ url: former.front.url }]);
  },
);

test(
  'a dead gateway that groups move away from is reported once, also if it is still listed',
  minutes,
  async () => {
    const { own, next, urls } = await twoFronted();
    const host = newHost({ gatewayUrl: next.front.url });
    for (const deployment of ['one', 'two', 'three', 'four'])
      await host.run(['init', '--deployment', deployment]);
    next.front.answerWith(dead);
    const pushed = await host.run(['push'], { env: { PUSHGATEWAY_URL: urls } });
    expect(times(pushed.stderr, 'cannot remove the metrics of')).toBe(1);
    expect(await own.gateway.groups()).toHaveLength(4);
  },
);

test('gateways that never end their response cost a start the time of one of them', minutes, async () => {
  const all = await fronted(3);
  const [own] = all as [Fronted];
  const endless = await Promise.all(
    all.slice(1).map(async ({ gateway }) => {
      const faulty = await startFaultyGateway(gateway);
      onTestFinished(() => faulty.stop());
      await faulty.become('endless');
      return faulty;
    }),
  );
  const gateways = [own.front, ...endless];
  const instance = Array.from({ length: 200 }, (_, at) => `host-${at}`).find(
    (name) => rank(gateways, name)[0] === own.front,
  );
  const host = newHost({ gatewayUrl: urlsOf(gateways), env: { DEPLOYTRACK_GATEWAY_TIMEOUT: '2s' } });
  const started = await host.run(['start', '--instance', instance ?? '', '--adopt-timeout', '4s']);
  const waits = [...started.stderr.matchAll(/no complete response within (\d+) ms/g)].map(([, ms]) =>
    Number(ms),
  );
  expect(waits).toHaveLength(2);
  expect(waits.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(6000);
});

test(
  'with failover a ledger that has never pushed a group waits for the first gateway, whose totals it does not know',
  minutes,
  async () => {
    const { own, next, urls } = await twoFronted();
    const env = { DEPLOYTRACK_GATEWAY_FAILOVER: '1' };
    for (let run = 0; run < 3; run += 1)
      await newHost({ gatewayUrl: urls, env }).quiet(['run', '--', 'true']);
    own.front.answerWith(dead);
    const host = newHost({ gatewayUrl: urls, env });
    expect((await host.run(['run', '--', 'true'])).stderr).toContain('nothing is lost');
    expect(await instancesOn(next.gateway)).toEqual([]);
    own.front.answerWith(() => 'forward');
    letPausePass(host);
    await host.quiet(['push']);
    expect(await own.gateway.value('deployment_total', totals)).toBe(4);
  },
);

test('`push --delete` goes on after a dead gateway, and reports it once', minutes, async () => {
  const { own, next, urls } = await twoFronted();
  const all = [own, next];
  const host = newHost({ gatewayUrl: urls });
  // The newest is removed first.
  for (const one of [next, own])
    for (const deployment of ['one', 'two'])
      await host.run(['init', '--instance', hostOf(one, all), '--deployment', deployment]);
  own.front.answerWith(dead);
  const deleted = await host.run(['push', '--delete']);
  expect(deleted.code).toBe(1);
  expect(times(deleted.stderr, 'cannot remove')).toBe(1);
  expect(deleted.stderr).toContain(own.front.url);
  expect(await instancesOn(next.gateway)).toEqual([]);
  own.front.answerWith(() => 'forward');
  await host.quiet(['push', '--delete']);
  expect(await instancesOn(own.gateway)).toEqual([]);
});
