import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { copies, dead, type Fronted, fronted, instancesOn, twoFronted, urlsOf } from './fronted.ts';
import { group, newHost } from './host.ts';
import { addNews, letPausePass } from './ledgerFile.ts';

const minutes = { timeout: 120_000 };
const totals = { ...group, status: 'success' };
const run = ['run', '--', 'true'];
const placesOf = (all: readonly Fronted[]) => Promise.all(all.map(({ gateway }) => instancesOn(gateway)));

test(
  'a start with a list of gateways deletes the group at the one that it was on before',
  minutes,
  async () => {
    const [own, next, former] = (await fronted(3)) as [Fronted, Fronted, Fronted];
    const host = newHost({ gatewayUrl: former.front.url });
    await host.quiet(run);
    await host.quiet(run, { env: { PUSHGATEWAY_URL: urlsOf([own.front, next.front]) } });
    expect(await placesOf([own, next, former])).toEqual([['host-a'], [], []]);
    expect(await own.gateway.value('deployment_total', totals)).toBe(2);
  },
);

test(
  'a start that moves a group away from a dead gateway says so, and the group is deleted there later',
  minutes,
  async () => {
    const { own, next, urls } = await twoFronted();
    const host = newHost({ gatewayUrl: next.front.url });
    await host.quiet(run);
    next.front.answerWith(dead);
    const env = { PUSHGATEWAY_URL: urls };
    const moved = await host.run(['start'], { env });
    expect(moved.stderr).toContain(`cannot remove the metrics of app/production from ${next.front.url}`);
    expect(copies(host)).toContain(next.front.url);
    await host.quiet(['finish', '--id', moved.stdout.trim()], { env });
    next.front.answerWith(() => 'forward');
    letPausePass(host);
    await host.quiet(['push'], { env });
    expect(await placesOf([own, next])).toEqual([['host-a'], []]);
  },
);

test('a move away from a gateway that failed a moment ago is reported too', minutes, async () => {
  const { own, next, urls } = await twoFronted();
  const host = newHost({ gatewayUrl: next.front.url });
  const id = await host.quiet(['start']);
  next.front.answerWith(dead);
  expect((await host.run(['extract', '--id', id, '--', 'true'])).stderr).toContain('503');
  const finished = await host.run(['finish', '--id', id, '--strict'], { env: { PUSHGATEWAY_URL: urls } });
  expect(finished.stderr).toContain(`cannot remove the metrics of app/production from ${next.front.url}`);
  expect(await instancesOn(own.gateway)).toEqual(['host-a']);
});

test('a ledger that pushes its first group names a gateway that it could not read', minutes, async () => {
  const { own, next, urls } = await twoFronted();
  next.front.answerWith(dead);
  const host = newHost({ gatewayUrl: urls });
  const started = await host.run(['start']);
  expect(started.stderr).toContain(`cannot read ${next.front.url}`);
  expect(await instancesOn(own.gateway)).toEqual(['host-a']);
});

test('only a ledger that has never pushed a group reads the other gateways', minutes, async () => {
  const { next, urls } = await twoFronted();
  const host = newHost({ gatewayUrl: urls });
  await host.quiet(run);
  const asked = next.front.exchanges.length;
  expect(asked).toBe(1);
  await host.quiet(run);
  expect(next.front.exchanges).toHaveLength(asked);
});

test(
  'a finish does not push a group to the gateway that a push has moved it away from meanwhile',
  minutes,
  async () => {
    const { own, next, urls } = await twoFronted();
    const host = newHost({ gatewayUrl: next.front.url });
    await host.run(['init']);
    await host.run(['init', '--deployment', 'other']);
    const id = await host.quiet(['start']);
    addNews(host, 'other');
    const gates: (() => void)[] = [];
    next.front.hold(({ method, path }) =>
      method === 'PUT' && path.includes('/deployment/app/')
        ? new Promise((open) => gates.push(open))
        : Promise.resolve(),
    );
    const finishing = host.run(['finish', '--id', id]);
    await eventually(() => gates.length === 1, { what: 'PUT of the finish' });
    const pushing = host.run(['push'], { env: { PUSHGATEWAY_URL: urls } });
    const moved = 'SELECT 1 FROM groups WHERE seq = delivered_seq AND adopted_url = ?';
    await eventually(() => host.rows(moved, own.front.url).length === 1, { what: 'move' });
    next.front.hold(async () => {});
    gates[0]?.();
    expect(await Promise.all([pushing, finishing])).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(await placesOf([own, next])).toEqual([['host-a', 'host-a'], []]);
  },
);

test('a push that is killed in the middle of a move leaves the group pending', minutes, async () => {
  const { own, next, urls } = await twoFronted();
  const host = newHost({ gatewayUrl: next.front.url });
  await host.run(['init']);
  own.front.answerWith(({ method }) => (method === 'PUT' ? 'hang' : 'forward'));
  const pushing = host.spawn(['push'], { env: { PUSHGATEWAY_URL: urls } });
  await eventually(() => own.front.puts().length === 1, { what: 'PUT' });
  pushing.kill('SIGKILL');
  expect(await placesOf([own, next])).toEqual([[], []]);
  expect(host.rows('SELECT seq > delivered_seq AS pending FROM groups')).toEqual([{ pending: 1 }]);
});

test(
  'a group that was on one of several gateways is also deleted at a single one that it leaves',
  minutes,
  async () => {
    const [own, next, other] = (await fronted(3)) as [Fronted, Fronted, Fronted];
    const host = newHost({ gatewayUrl: urlsOf([own.front, next.front]) });
    await host.quiet(run);
    await host.quiet(['push'], { env: { PUSHGATEWAY_URL: other.front.url } });
    expect(await placesOf([own, next, other])).toEqual([[], [], ['host-a']]);
    await host.quiet(['push'], { env: { PUSHGATEWAY_URL: own.front.url } });
    expect(await placesOf([own, next, other])).toEqual([['host-a'], [], []]);
  },
);

test('`push --delete` removes a group from a gateway that is no longer listed', minutes, async () => {
  const [own, next, former] = (await fronted(3)) as [Fronted, Fronted, Fronted];
  const host = newHost({ gatewayUrl: former.front.url });
  await host.quiet(run);
  await host.quiet(['push', '--delete'], { env: { PUSHGATEWAY_URL: urlsOf([own.front, next.front]) } });
  expect(await placesOf([own, next, former])).toEqual([[], [], []]);
});
