import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { newProgram, type Program } from '../../support/program.ts';
import type { Prometheus } from '../../support/prometheus.ts';
import { startSwitchedService } from '../../support/switchedService.ts';
import { declared, type GroupPlan, groups } from './plans.ts';
import { playDeployment } from './playDeployment.ts';

/** A ledger for each host, by the name of the host. */
export type Hosts = Readonly<Record<GroupPlan['instance'], Program>>;

/** Plays all plans with the program; resolves when Prometheus has scraped the last mark. */
export async function play({
  gatewayUrl,
  prometheus,
}: {
  readonly gatewayUrl: string;
  readonly prometheus: Prometheus;
}): Promise<Hosts> {
  const hosts = { 'host-a': newHost(gatewayUrl), 'host-b': newHost(gatewayUrl) };
  for (const group of groups) {
    const { code, stderr } = await hosts[group.instance].run(['init', ...keyWords(group)]);
    if (code !== 0) throw new Error(stderr);
  }
  // Zeros that no scrape saw do not count.
  await prometheus.until('count(deployment_total == 0)', (count) => count === 2 * groups.length);
  const names = Object.keys(hosts) as (keyof Hosts)[];
  await Promise.all(
    names.map(async (name) => {
      for (const group of groups.filter(({ instance }) => instance === name))
        await playGroup(group, { host: hosts[name], prometheus });
      await hosts[name].quiet(['push']);
    }),
  );
  await everythingScraped(hosts, prometheus);
  return hosts;
}

function newHost(gatewayUrl: string): Program {
  // A busy machine must not decide what is pushed.
  const host = newProgram({ env: { PUSHGATEWAY_URL: gatewayUrl, DEPLOYTRACK_GATEWAY_TIMEOUT: '20s' } });
  writeFileSync(join(host.folder, 'deploytrack.json'), JSON.stringify({ declare: declared }));
  return host;
}

async function playGroup(
  group: GroupPlan,
  { host, prometheus }: { host: Program; prometheus: Prometheus },
): Promise<void> {
  const service = await startSwitchedService('0.0.0');
  try {
    for (const plan of group.plans)
      await playDeployment(plan, { host, service, keyWords: keyWords(group), prometheus });
  } finally {
    service.stop();
  }
}

function keyWords({ instance, deployment, environment }: GroupPlan): string[] {
  return ['--instance', instance, '--deployment', deployment, '--environment', environment];
}

/** Waits for each group's newest state, and two evaluations of the rules after it. */
async function everythingScraped(hosts: Hosts, prometheus: Prometheus): Promise<void> {
  const wanted = Object.values(hosts).flatMap((host) =>
    host.rows('SELECT instance, deployment, environment, seq FROM groups'),
  );
  await eventually(
    async () => {
      const held = await prometheus.query('deploytrack_ledger_events_total');
      const isHeld = ({ instance, deployment, environment, seq }: (typeof wanted)[number]) =>
        held.some(
          ({ labels, value }) =>
            labels.instance === instance &&
            labels.deployment === deployment &&
            labels.environment === environment &&
            value === seq,
        );
      return wanted.every(isHeld) || undefined;
    },
    { what: 'scrape of the last state', everyMs: 100 },
  );
  const seen = await prometheus.newestSampleSeconds('up{job="pushgateway"}');
  const evaluated = 'min(timestamp(deployment_duration_seconds))';
  // An alert on a recorded series reads the previous evaluation of the recording rule.
  await prometheus.until(evaluated, (seconds) => seconds >= seen);
  const once = (await prometheus.value(evaluated)) ?? 0;
  await prometheus.until(evaluated, (seconds) => seconds > once + 1);
}
