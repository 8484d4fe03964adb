import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { freePort } from '../support/server.ts';
import { countersIn, fallsBetween } from './counters.ts';
import { startFront } from './front.ts';
import { deploy, group, groupPath, newHost } from './host.ts';

const minutes = { timeout: 60_000 };

async function newGateway(port?: number): Promise<Gateway> {
  const gateway = await startGateway(port === undefined ? {} : { port });
  onTestFinished(() => gateway.stop());
  return gateway;
}

test('`push --dry-run` prints byte for byte what `push` sends, and sends nothing', minutes, async () => {
  const front = await startFront({ behind: await newGateway() });
  const host = newHost({ env: { DEPLOYTRACK_VERSION: 'ü "1" \\ 🚀' } });
  await deploy(host);
  await deploy(host, { status: 'failed' });
  const dry = await host.run(['push', '--dry-run', '--gateway', front.url]);
  expect(dry).toMatchObject({ code: 0, stderr: `deploytrack: PUT ${groupPath}\n` });
  expect(front.connections()).toBe(0);
  await host.quiet(['push', '--gateway', front.url]);
  expect(front.puts()).toEqual([dry.stdout]);
  expect(front.exchanges.at(-1)).toMatchObject({
    path: groupPath,
    headers: {
      'content-encoding': 'gzip',
      'content-type': expect.stringMatching(/^text\/plain; version=0\.0\.4/),
    },
  });
  expect((await host.run(['push', '--dry-run'])).stdout).toBe(dry.stdout); // Works without a gateway too.
});

test(
  '`push --delete` removes exactly the groups of this ledger, and the next `push` restores them',
  minutes,
  async () => {
    const gateway = await newGateway();
    const neighbour = newHost({ gatewayUrl: gateway.url, env: { DEPLOYTRACK_INSTANCE: 'host-b' } });
    await deploy(neighbour);
    const host = newHost({ gatewayUrl: gateway.url });
    await deploy(host);
    await host.quiet(['start', '--deployment', '../a b/ü', '--environment', '..']);
    expect(await gateway.groups()).toHaveLength(3);
    const before = await gateway.group({ instance: 'host-a', deployment: 'app' });

    await host.quiet(['push', '--delete']);
    expect((await gateway.groups()).map(({ labels }) => labels.instance)).toEqual(['host-b']);
    await host.quiet(['push', '--delete']);
    await host.quiet(['push']);
    expect(await gateway.groups()).toHaveLength(3);
    const after = await gateway.group({ instance: 'host-a', deployment: 'app' });
    expect(after?.families.deployment_total).toMatchObject(before?.families.deployment_total ?? {});
  },
);

test('`push --delete` of many groups ends at one common deadline if the gateway hangs', minutes, async () => {
  const front = await startFront({ behind: null });
  const host = newHost();
  for (const deployment of ['a', 'b', 'c'])
    await host.quiet(['run', '--deployment', deployment, '--', 'true']);
  front.answerWith(() => 'hang');
  const end = await host.run(['push', '--delete', '--gateway', front.url, '--gateway-timeout', '500ms']);
  expect(end.code).toBe(1);
  expect(end.stderr).toMatch(/cannot remove .*: no complete response within \d+ ms/);
  expect(front.connections()).toBe(1);
});

test.each(['push', 'finish'])(
  '`%s --wait` keeps trying until the gateway is available',
  minutes,
  async (word) => {
    const port = await freePort();
    const host = newHost({ gatewayUrl: `http://127.0.0.1:${port}`, env: { DEPLOYTRACK_WARNINGS: 'off' } });
    const id = await host.quiet(['start']);
    await host.quiet(['extract', '--id', id, '--', 'true']);
    const waiting = host.quiet([word, '--wait', '60s', ...(word === 'finish' ? ['--id', id] : [])]);
    await untilFailed(host, 2);
    const gateway = await newGateway(port);
    await waiting;
    const stages = 'deployment_stage_duration_seconds';
    expect(await gateway.value(stages, { ...group, stage: 'extract' })).toBe(1);
    const finished = word === 'finish' ? 1 : 0;
    expect(await gateway.value('deployment_total', { ...group, status: 'success' })).toBe(finished);
  },
);

/** Waits until this many tries have failed. */
async function untilFailed(host: ReturnType<typeof newHost>, failures: number): Promise<void> {
  const { eventually } = await import('../support/eventually.ts');
  await eventually(
    () =>
      Number(host.rows('SELECT failures FROM gateways')[0]?.failures ?? 0) >= failures ? true : undefined,
    {
      what: `${failures} failures`,
    },
  );
}

test(
  '`--wait` gives up at its limit with the last reason, and exit code 1 for `push`, 0 for `finish`',
  minutes,
  async () => {
    const host = newHost({ gatewayUrl: `http://127.0.0.1:${await freePort()}` });
    const id = (await host.run(['start'])).stdout.trim();
    const refused = expect.stringMatching(
      /^deploytrack: warning: cannot push metrics to .* connection refused[^\n]*\ndeploytrack: hint: [^\n]+\n$/,
    );
    expect(await host.run(['push', '--wait', '1500ms'])).toMatchObject({ code: 1, stderr: refused });
    expect(await host.run(['finish', '--id', id, '--wait', '1500ms'])).toMatchObject({
      code: 0,
      stderr: refused,
    });
    expect((await host.run(['push', '--strict'])).code).toBe(1);
  },
);

test(
  'the textfile has the pushed counters with the labels of the group, and `push --delete` removes it',
  minutes,
  async () => {
    const gateway = await newGateway();
    const host = newHost();
    const folder = join(host.folder, 'textfiles');
    mkdirSync(folder);
    await deploy(newHost({ ledger: host.ledger, env: { DEPLOYTRACK_TEXTFILE: folder } }));
    const [name = ''] = readdirSync(folder);
    const text = readFileSync(join(folder, name), 'utf8');
    await host.quiet(['push', '--gateway', gateway.url]);
    const sorted = (counters: ReturnType<typeof countersIn>) =>
      [...counters]
        .map(
          ([series, value]) =>
            `${series.replace(/\{(.*)\}/, (_all, labels: string) => labels.split(',').sort().join())} ${value}`,
        )
        .sort();
    expect(sorted(countersIn(text))).toEqual(sorted(countersIn(await gateway.text())));
    await host.quiet(['push', '--textfile', folder]);
    expect(readdirSync(folder)).toEqual([name]);
    await host.quiet(['push', '--textfile', folder, '--delete']);
    expect(existsSync(join(folder, name))).toBe(false);
  },
);

test('parallel marks never replace a newer textfile by an older one', minutes, async () => {
  const host = newHost();
  const folder = join(host.folder, 'textfiles');
  mkdirSync(folder);
  const env = { env: { DEPLOYTRACK_TEXTFILE: folder } };
  const id = await host.quiet(['start'], env);
  const [name = ''] = readdirSync(folder);
  let last = countersIn('');
  let isOver = false;
  const falls: string[] = [];
  const watching = (async () => {
    while (!isOver) {
      const now = countersIn(readFileSync(join(folder, name), 'utf8'));
      falls.push(...fallsBetween(last, now));
      last = now;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  })();
  await Promise.all(Array.from({ length: 20 }, () => host.run(['extract', '--id', id, '--', 'true'], env)));
  isOver = true;
  await watching;
  expect(falls).toEqual([]);
  expect(
    last.get(
      [...last.keys()].find((series) => /^deployment_stage_duration_seconds_count.*extract/.test(series)) ??
        '',
    ),
  ).toBe(20);
});
