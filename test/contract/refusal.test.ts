import { expect, onTestFinished, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { startFront } from './front.ts';
import { deploy, group, newHost } from './host.ts';

const minutes = { timeout: 60_000 };
const clash = '/metrics/job/other';

/**
 * A gateway on which another program has pushed `deployment_total` as a gauge, so that every push of ours
 * gets a 400.
 */
async function clashingGateway() {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const front = await startFront({ behind: gateway });
  const block = () =>
    fetch(gateway.url + clash, {
      method: 'PUT',
      body: '# TYPE deployment_total gauge\ndeployment_total 1\n',
    });
  const unblock = () => fetch(gateway.url + clash, { method: 'DELETE' });
  return { gateway, front, block, unblock };
}

const refused =
  /warning: the gateway http:\S+ rejected the metrics of app\/production: 400: .*deployment_total/;
const jobs = (groups: readonly { labels: Readonly<Record<string, string>> }[]) =>
  groups.map(({ labels }) => labels.job);

test(
  'a rejected group is suspended with one warning, and no empty group remains on the gateway',
  minutes,
  async () => {
    const { gateway, front, block } = await clashingGateway();
    await block();
    const host = newHost({ gatewayUrl: front.url });
    const started = await host.run(['start']);
    expect(started).toMatchObject({ code: 0, stderr: expect.stringMatching(refused) });
    expect(started.stderr.match(/^deploytrack: warning: /gm)).toHaveLength(1);
    expect(jobs(await gateway.groups())).toEqual(['other']);
    expect(front.exchanges.at(-1)?.method).toBe('DELETE');

    const asked = front.connections();
    const id = started.stdout.trim();
    await host.quiet(['extract', '--id', id, '--', 'true']);
    await host.quiet(['finish', '--id', id]);
    expect(front.connections()).toBe(asked);
  },
);

test(
  'each deployment of a suspended group gives one warning, without another request to the gateway',
  minutes,
  async () => {
    const { front, block } = await clashingGateway();
    await block();
    const host = newHost({ gatewayUrl: front.url });
    const deployment = async () => {
      const started = await host.run(['start']);
      const id = started.stdout.trim();
      const marked = await host.run(['extract', '--id', id, '--', 'true']);
      const finished = await host.run(['finish', '--id', id]);
      return [started, marked, finished].map(
        ({ stderr }) => (stderr.match(/^deploytrack: warning: /gm) ?? []).length,
      );
    };
    expect(await deployment()).toEqual([1, 0, 0]);
    const asked = front.connections();
    expect(await deployment()).toEqual([1, 0, 0]);
    expect((await host.run(['start'])).stderr).toMatch(refused);
    expect(front.connections()).toBe(asked);
  },
);

test(
  '`push` tries a suspended group again, shows the reason each time, and resumes it on success',
  minutes,
  async () => {
    const { gateway, front, block, unblock } = await clashingGateway();
    await block();
    const host = newHost({ gatewayUrl: front.url });
    const id = (await host.run(['start'])).stdout.trim();
    for (const _again of [1, 2]) {
      const tried = front.puts().length;
      expect(await host.run(['push', '--wait', '20s'])).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(refused),
      });
      expect(front.puts()).toHaveLength(tried + 1); // A rejected push is not repeated, even with --wait.
    }
    await unblock();
    await host.quiet(['extract', '--id', id, '--', 'true']);
    expect(await gateway.groups()).toEqual([]);
    await host.quiet(['push']);
    await host.quiet(['extract', '--id', id, '--', 'true']);
    expect(await gateway.value('deployment_stage_duration_seconds', { ...group, stage: 'extract' })).toBe(2);
  },
);

test('a suspended group is resumed if the gateway address changes', minutes, async () => {
  const { front, block } = await clashingGateway();
  await block();
  const host = newHost({ gatewayUrl: front.url });
  await host.run(['start']);
  const other = await startGateway();
  onTestFinished(() => other.stop());
  await deploy(newHostAt(host, other.url));
  expect(await other.value('deployment_total', { ...group, status: 'success' })).toBe(1);
});

function newHostAt(host: ReturnType<typeof newHost>, url: string) {
  return newHost({ gatewayUrl: url, ledger: host.ledger, env: { DEPLOYTRACK_WARNINGS: 'off' } });
}

test(
  'a rejected push never removes metrics that the gateway has accepted before from any host',
  minutes,
  async () => {
    const { gateway, front, block } = await clashingGateway();
    await deploy(newHost({ gatewayUrl: gateway.url }));
    const before = await gateway.text();
    front.answerWith(({ method }) => (method === 'PUT' ? { status: 400, body: 'no\n' } : 'forward'));
    const runner = newHost({ gatewayUrl: front.url });
    expect((await runner.run(['start'])).stderr).toContain('rejected the metrics');
    expect(front.exchanges.map(({ method }) => method)).not.toContain('DELETE');
    expect(await gateway.value('deployment_total', { ...group, status: 'success' })).toBe(1);
    expect(before).toContain('deployment_total');
    await block();
  },
);
