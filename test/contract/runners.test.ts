import { expect, onTestFinished, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { freePort } from '../support/server.ts';
import { resetsSeen, watchCounters } from './counters.ts';
import { startFront } from './front.ts';
import { deploy, group, newHost } from './host.ts';
import { copyLedger, letPausePass, restoreLedger } from './ledgerFile.ts';

const minutes = { timeout: 120_000 };

async function newGateway(port?: number): Promise<Gateway> {
  const gateway = await startGateway(port === undefined ? {} : { port });
  onTestFinished(() => gateway.stop());
  return gateway;
}

function deployments(gateway: Gateway): Promise<number | undefined> {
  return gateway.value('deployment_total', { ...group, status: 'success' });
}

/** Values that count the same events: one per deployment with one phase. */
async function counted(gateway: Gateway): Promise<Record<string, number | undefined>> {
  return {
    deployments: await deployments(gateway),
    durations: await gateway.value('deployment_duration_seconds', group),
    phases: await gateway.value('deployment_stage_duration_seconds', { ...group, stage: 'extract' }),
  };
}

test('two runs with two new ledgers count 1, then 2 on the gateway', minutes, async () => {
  const gateway = await newGateway();
  const watch = await watchCounters(gateway);
  const runner = () => newHost({ gatewayUrl: gateway.url }).quiet(['run', '--', 'true']);
  await runner();
  expect(await deployments(gateway)).toBe(1);
  await runner();
  expect(await deployments(gateway)).toBe(2);
  expect(await gateway.value('deployment_duration_seconds', group)).toBe(2);
  expect((await watch.end()).falls).toEqual([]);
});

test(
  'two accounts with two ledgers that alternately push one group count 8 without a reset',
  minutes,
  async () => {
    const gateway = await newGateway();
    const prometheus = await startPrometheus({ gatewayUrl: gateway.url });
    onTestFinished(() => prometheus.stop());
    const watch = await watchCounters(gateway);
    const accounts = [newHost({ gatewayUrl: gateway.url }), newHost({ gatewayUrl: gateway.url })] as const;
    await accounts[0].run(['init']);
    await prometheus.until('sum(deployment_total)', (value) => value === 0);

    for (let turn = 0; turn < 4; turn += 1) for (const account of accounts) await deploy(account);
    expect(await counted(gateway)).toEqual({ deployments: 8, durations: 8, phases: 8 });

    const counter = 'deployment_total{status="success"}';
    await prometheus.until(counter, (value) => value === 8);
    expect(await resetsSeen(prometheus)).toEqual([]);
    const at = await prometheus.newestSampleSeconds(counter);
    expect(Math.round((await prometheus.value(`increase(${counter}[1h])`, at)) ?? -1)).toBe(8);
    expect((await watch.end()).falls).toEqual([]);
  },
);

test(
  'deployments that one account could not push are later added to those of another account',
  minutes,
  async () => {
    const gateway = await newGateway();
    const watch = await watchCounters(gateway);
    const away = newHost({
      gatewayUrl: `http://127.0.0.1:${await freePort()}`,
      env: { DEPLOYTRACK_WARNINGS: 'off' },
    });
    await deploy(away);
    await deploy(away);
    await deploy(newHost({ gatewayUrl: gateway.url }));
    expect(await deployments(gateway)).toBe(1);
    await away.quiet(['push', '--gateway', gateway.url]);
    expect(await counted(gateway)).toEqual({ deployments: 3, durations: 3, phases: 3 });
    expect((await watch.end()).falls).toEqual([]);
  },
);

test(
  'a gateway that was unavailable at start and available at finish gets the whole deployment',
  minutes,
  async () => {
    const port = await freePort();
    const host = newHost({ gatewayUrl: `http://127.0.0.1:${port}` });
    const started = await host.run(['start']);
    expect(started).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/warning: cannot push metrics to .* connection refused/),
    });
    const id = started.stdout.trim();
    await host.quiet(['extract', '--id', id, '--', 'true']); // No warning, because existing totals were never read.
    const gateway = await newGateway(port);
    letPausePass(host);
    await host.quiet(['extract', '--id', id, '--', 'true']);
    expect(await gateway.groups()).toEqual([]); // A mark never reads existing totals.
    await host.quiet(['finish', '--id', id]);
    expect(await counted(gateway)).toEqual({ deployments: 1, durations: 1, phases: 2 });
  },
);

test(
  'marks after a start that could not read the gateway do not overwrite pushes of another account',
  minutes,
  async () => {
    const gateway = await newGateway();
    const front = await startFront({ behind: gateway });
    const watch = await watchCounters(gateway);
    const host = newHost({ gatewayUrl: front.url, env: { DEPLOYTRACK_WARNINGS: 'off' } });
    await deploy(host);
    await deploy(newHost({ gatewayUrl: gateway.url }));
    front.answerWith(() => ({ status: 503 }));
    const id = await host.quiet(['start']);
    front.answerWith(() => 'forward');
    letPausePass(host);
    await host.quiet(['extract', '--id', id, '--', 'true']);
    expect(await counted(gateway)).toEqual({ deployments: 2, durations: 2, phases: 2 });
    await host.quiet(['finish', '--id', id]);
    expect(await counted(gateway)).toEqual({ deployments: 3, durations: 3, phases: 3 });
    expect((await watch.end()).falls).toEqual([]);
  },
);

test(
  '`push` restores the group on a gateway that lost everything, even without new marks',
  minutes,
  async () => {
    const gateway = await newGateway();
    const host = newHost({ gatewayUrl: gateway.url });
    await deploy(host);
    await deploy(host);
    const before = await counted(gateway);
    await gateway.stop();
    const again = await newGateway(gateway.port);
    await host.quiet(['push']);
    expect(await counted(again)).toEqual(before);
    await deploy(host);
    expect(await deployments(again)).toBe(3);
  },
);

test('`push` restores the group on a gateway that came back with an older state', minutes, async () => {
  const gateway = await newGateway();
  const host = newHost({ gatewayUrl: gateway.url });
  await deploy(host);
  const old = await (await fetch(`${gateway.url}/metrics`)).text();
  await deploy(host);
  // The group as it was after the first deployment, as a gateway reads it from an older file.
  await host.quiet(['push', '--delete']);
  await putBack(gateway, old);
  expect(await deployments(gateway)).toBe(1);
  await host.quiet(['push']);
  expect(await counted(gateway)).toEqual({ deployments: 2, durations: 2, phases: 2 });
});

test('a push that was accepted although its response was lost is not counted twice', minutes, async () => {
  const gateway = await newGateway();
  const front = await startFront({ behind: gateway });
  const watch = await watchCounters(gateway);
  const host = newHost({ gatewayUrl: front.url });
  await deploy(host);
  front.answerWith(({ method }) => (method === 'PUT' ? 'swallow' : 'forward'));
  const id = (await host.run(['start', '--gateway-timeout', '700ms'])).stdout.trim();
  const lost = await host.run(['finish', '--id', id, '--gateway-timeout', '700ms', '--wait', '1500ms']);
  expect(lost).toMatchObject({ code: 0, stderr: expect.stringContaining('no complete response within') });
  expect(await deployments(gateway)).toBe(2);
  front.answerWith(() => 'forward');
  letPausePass(host);
  await host.quiet(['push']);
  await deploy(host);
  expect(await counted(gateway)).toEqual({ deployments: 3, durations: 3, phases: 2 });
  expect((await watch.end()).falls).toEqual([]);
});

test.each([
  { later: 3, offline: 0, phases: 0 },
  { later: 2, offline: 1, phases: 12 },
  { later: 1, offline: 3, phases: 0 },
])(
  'restoring an older copy of the ledger decreases no total, and later deployments are added: %j',
  minutes,
  async ({ later, offline, phases }) => {
    const gateway = await newGateway();
    const watch = await watchCounters(gateway);
    const host = newHost({ gatewayUrl: gateway.url, env: { DEPLOYTRACK_WARNINGS: 'off' } });
    await deploy(host);
    const copy = copyLedger(host);
    for (let run = 0; run < later; run += 1) await deploy(host);
    restoreLedger(host, copy);
    // Deployments that the gateway does not see before the next push; with many phases the copy has more
    // events than the lost file, and fewer deployments.
    const away = { env: { PUSHGATEWAY_URL: '' } };
    const script = `for phase in $(seq ${phases}); do "$@"; done`;
    const words = ['sh', '-c', script, 'sh', ...host.words, 'phase', 'run', 'lint', '--', 'true'];
    for (let run = 0; run < offline; run += 1) await host.run(['run', '--', ...words], away);
    await host.quiet(['push']);
    expect(await deployments(gateway)).toBeGreaterThanOrEqual(1 + later);
    await deploy(host);
    expect((await watch.end()).falls).toEqual([]);
    if (later > offline) expect(await deployments(gateway)).toBe(2 + later + offline);
  },
);

/** Pushes one group's lines again under its key, without the gateway's own labels. */
async function putBack(gateway: Gateway, text: string): Promise<void> {
  const body = text
    .split('\n')
    .filter(
      (line) =>
        line.startsWith('# TYPE deploy') ||
        line.startsWith('# TYPE time_to') ||
        line.includes('job="deploytrack"'),
    )
    .filter((line) => !line.startsWith('push_'))
    .map((line) =>
      line
        .replace(/(deployment|environment|instance|job)="[^"]*",?/g, '')
        .replace(/,}/, '}')
        .replace('{}', ''),
    )
    .join('\n');
  const path = '/metrics/job/deploytrack/instance/host-a/deployment/app/environment/production';
  const answer = await fetch(gateway.url + path, { method: 'PUT', body: `${body}\n` });
  if (!answer.ok) throw new Error(await answer.text());
}
