import { expect, onTestFinished, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import type { Program } from '../support/program.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { countersIn, resetsSeen, watchCounters } from './counters.ts';
import { deploy, newHost } from './host.ts';
import { countedFamilies, countedIn, exactSum } from './ledgerCounts.ts';
import { startSite } from './site.ts';

const minutes = { timeout: 180_000 };
const stages = 'deployment_stage_duration_seconds';

async function watchedGateway() {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  return { gateway, watch: await watchCounters(gateway) };
}

/** A host with the default timeouts. */
function newPlainHost(gatewayUrl: string): Program {
  return newHost({ gatewayUrl, env: { DEPLOYTRACK_GATEWAY_TIMEOUT: '' } });
}

/** The sum over all label sets of each family in a gateway's text. */
function heldIn(text: string, name: string): number {
  const found = [...countersIn(text)].filter(([series]) => series.startsWith(`${name}{`));
  return exactSum(found.map(([, value]) => value));
}

/** Expects that the totals on the gateway match the rows of the ledger, family by family. */
function expectRowsCounted(host: Program, text: string): void {
  for (const family of countedFamilies) {
    const values = countedIn(host, family).flatMap((set) => set.values);
    if (text.includes(`# TYPE ${family} histogram`))
      expect({ [family]: heldIn(text, `${family}_count`) }).toEqual({ [family]: values.length });
    else expect({ [family]: heldIn(text, family) }).toEqual({ [family]: exactSum(values) });
  }
}

test(
  'fifty parallel wrapped phases give fifty rows and exact totals, and no counter ever decreases',
  minutes,
  async () => {
    const { gateway, watch } = await watchedGateway();
    const prometheus = await startPrometheus({ gatewayUrl: gateway.url });
    onTestFinished(() => prometheus.stop());
    const host = newPlainHost(gateway.url);
    const id = await host.quiet(['start']);
    await prometheus.until(`sum(${stages}_count)`, (count) => count === 0);

    const commands = Array.from({ length: 50 }, (_, run) => [
      '--',
      'sh',
      '-c',
      `exit ${run % 5 === 0 ? 3 : 0}`,
    ]);
    const ends = await Promise.all(
      commands.map((command) => host.run(['phase', 'run', 'migration', '--id', id, ...command])),
    );
    expect(ends.map((end) => end.code)).toEqual(commands.map((_, run) => (run % 5 === 0 ? 3 : 0)));
    // Marks that waited too long for the ledger are in the journal, and the next command imports them.
    await host.quiet(['push', '--wait', '60s']);

    const rows = 'SELECT status, count(*) AS n FROM deployment_stages GROUP BY 1 ORDER BY 1';
    expect(host.rows(rows)).toEqual([
      { status: 'failed', n: 10 },
      { status: 'success', n: 40 },
    ]);
    expectRowsCounted(host, await gateway.text());
    await prometheus.until(`sum(${stages}_count)`, (count) => count === 50);
    expect(await resetsSeen(prometheus)).toEqual([]);
    const at = await prometheus.newestSampleSeconds(`${stages}_count`);
    expect(Math.round((await prometheus.value(`sum(increase(${stages}_count[1h]))`, at)) ?? -1)).toBe(50);
    const watched = await watch.end();
    expect(watched.falls).toEqual([]);
    expect(watched.states).toBeGreaterThan(2);
  },
);

test(
  'parallel deployments in one group and in other groups of the same ledger lose nothing',
  minutes,
  async () => {
    const { gateway, watch } = await watchedGateway();
    const host = newPlainHost(gateway.url);
    await host.run(['init']);
    const names = ['app', 'app', 'app', 'api', 'web', 'a/b'];
    await Promise.all(names.map((name) => deployAs(host, name)));
    await host.quiet(['push', '--wait', '60s']);

    expectRowsCounted(host, await gateway.text());
    const totals = Object.fromEntries(
      await Promise.all(
        [...new Set(names)].map(async (deployment) => {
          const status = 'success';
          return [deployment, await gateway.value('deployment_total', { deployment, status })] as const;
        }),
      ),
    );
    expect(totals).toEqual({ app: 3, api: 1, web: 1, 'a/b': 1 });
    expect((await watch.end()).falls).toEqual([]);
  },
);

/** Warnings are expected: other deployments of the group are open at the same time. */
async function deployAs(host: Program, name: string): Promise<void> {
  const words = (id: string) => ({ env: { DEPLOYTRACK_ID: id, DEPLOYTRACK_DEPLOYMENT: name } });
  const id = (await host.run(['start', '--deployment', name])).stdout.trim();
  for (const phase of ['extract', 'migrate', 'cutover']) await host.run([phase, '--', 'true'], words(id));
  await host.run(['finish'], words(id));
}

test(
  'every counter only increases during two hundred mixed marks from eight processes',
  minutes,
  async () => {
    const { gateway, watch } = await watchedGateway();
    const host = newHost({ gatewayUrl: gateway.url });
    const site = await startSite('1.0.0');
    await deploy(host);
    const id = await host.quiet(['start']);
    const mark = (worker: number, step: number): string[] => {
      const phase = `work_${worker}`;
      const kinds = [
        ['phase', 'start', phase],
        ['phase', 'end', phase, '--exit-code', String(step % 2)],
        ['migrate', '--try', '--count', '2', '--', 'true'],
        ['phase', 'run', phase, '--try', '--', 'false'],
        ['health', site.healthUrl, '--timeout', '2s'],
      ];
      return kinds[step % kinds.length] as string[];
    };
    const worker = async (number: number) => {
      for (let step = 0; step < 25; step += 1)
        await host.run(mark(number, step), { env: { DEPLOYTRACK_ID: id } });
    };
    await Promise.all(Array.from({ length: 8 }, (_, number) => worker(number)));
    await host.run(['finish', '--id', id]);
    await host.quiet(['push', '--wait', '60s']);

    expect(host.rows('SELECT count(*) AS n FROM deployment_stages WHERE deployment_id = ?', id)).toEqual([
      { n: 160 },
    ]);
    expect((await gateway.groups()).map((held) => held.labels.deployment)).toEqual(['app']);
    expectRowsCounted(host, await gateway.text());
    const watched = await watch.end();
    expect(watched.falls).toEqual([]);
    expect(watched.states).toBeGreaterThan(20);
  },
);
