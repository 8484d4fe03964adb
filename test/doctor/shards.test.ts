import { expect, onTestFinished, test } from 'vitest';
import { rank } from '../../src/push/shards/rank.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { findingsOf, mend, theProblem } from './doctor.ts';

interface World {
  readonly host: Program;
  /** The first and the second gateway by rank of the host. */
  readonly own: Gateway;
  readonly next: Gateway;
}

async function twoGateways(): Promise<World> {
  const both = await Promise.all([startGateway(), startGateway()]);
  onTestFinished(async () => {
    await Promise.all(both.map((gateway) => gateway.stop()));
  });
  const [own, next] = rank(both, 'web-1') as [Gateway, Gateway];
  const PUSHGATEWAY_URL = both.map(({ url }) => url).join(',');
  const env = { PUSHGATEWAY_URL, DEPLOYTRACK_INSTANCE: 'web-1', DEPLOYTRACK_GATEWAY_TIMEOUT: '20s' };
  return { host: newProgram({ env }), own, next };
}

async function deploy(host: Program, env = {}): Promise<void> {
  await host.run(['finish', '--id', await startDeployment(host)], { env });
}

test('doctor says which of several gateways a host uses and why, and does not mind that another one is down', async () => {
  const { host, own, next } = await twoGateways();
  await deploy(host);
  await next.stop();
  const found = await findingsOf(host);
  expect(found.filter(({ state }) => state === 'wrong')).toEqual([]);
  expect(found.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      `web-1 uses ${own.url}, the first of 2 by rendezvous hashing over the instance`,
      expect.stringContaining(`the gateway ${next.url} cannot be read: `),
    ]),
  );
});

test('doctor names the gateway of a host that is down', async () => {
  const { host, own } = await twoGateways();
  await deploy(host);
  await own.stop();
  expect((await theProblem(host, 'gateway')).message).toContain(`cannot read the gateway ${own.url}: `);
});

test('the command that doctor prints for groups that belong on another gateway moves them', async () => {
  const { host, own, next } = await twoGateways();
  const id = await startDeployment(host, '--gateway', next.url);
  await host.quiet(['finish', '--id', id, '--gateway', next.url]);
  const found = await theProblem(host, 'shards');
  expect(found.message).toBe(
    `the groups of web-1 are on ${next.url}, but belong on ${own.url}, the first of 2 by rendezvous hashing over the instance`,
  );
  expect(await mend(host, found)).toEqual([]);
  expect(await next.groups()).toEqual([]);
});

test('the command that doctor prints for a group that is also on another gateway deletes it there', async () => {
  const { host, next } = await twoGateways();
  await deploy(host);
  const [group] = host.rows('SELECT instance, deployment, environment FROM groups');
  const { instance, deployment, environment } = group as Record<string, string>;
  const path = `/metrics/job/deploytrack/instance/${instance}/deployment/${deployment}/environment/${environment}`;
  const put = { method: 'PUT', body: 'deployment_total{status="success"} 7\n' };
  expect((await fetch(`${next.url}${path}`, put)).status).toBe(200);
  const found = await theProblem(host, 'shards');
  expect(found.message).toContain(`is also on ${next.url}, and this ledger did not push it there`);
  expect(await mend(host, found)).toEqual([]);
  expect(await next.groups()).toEqual([]);
});

test('the command that doctor prints for a group that is still to be deleted deletes it once the gateway responds', async () => {
  const { host, own, next } = await twoGateways();
  const id = await startDeployment(host, '--gateway', next.url);
  await host.quiet(['finish', '--id', id, '--gateway', next.url]);
  await next.stop();
  await host.run(['push']);
  const found = await theProblem(host, 'shards');
  expect(found.message).toContain(`on web-1 is still to be deleted at ${next.url}, its former gateway: `);
  const again = await startGateway({ port: Number(new URL(next.url).port) });
  onTestFinished(() => again.stop());
  expect(await mend(host, found)).toEqual([]);
  expect((await own.groups()).map(({ labels }) => labels.instance)).toEqual(['web-1']);
});
