import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '../../test/support/gateway.ts';
import { newProgram } from '../../test/support/program.ts';
import { startPrometheus } from '../../test/support/prometheus.ts';
import { deploy, takeBack } from './deploy.ts';
import { deployments } from './deployments.ts';
import { type Service, startService } from './service.ts';

export interface Played {
  /** URL of the Prometheus. */
  readonly url: string;
  /** The deployment that Troubleshooting shows: one that was rolled back. */
  readonly chosen: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Plays deployments of two hosts with the program into a real gateway, and a Prometheus that scrapes each
 * second.
 */
export async function play(root: string): Promise<Played> {
  const gateway = await startGateway();
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  const prometheus = await startPrometheus({
    gatewayUrl: gateway.url,
    scrapeIntervalMs: 1000,
    ruleFiles: ruleFiles({ root, folder }),
  });
  const service = await startService();
  const stop = async () => {
    service.server.close();
    await Promise.all([gateway.stop(), prometheus.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url } });
    const chosen = await playAll({ program, service, prometheus });
    return { url: prometheus.url, chosen, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Stage {
  readonly program: ReturnType<typeof newProgram>;
  readonly service: Service;
  readonly prometheus: Awaited<ReturnType<typeof startPrometheus>>;
}

async function playAll({ program, service, prometheus }: Stage): Promise<Record<string, string>> {
  let takenBack = '';
  // The zeros of each group must be scraped before its first deployment, otherwise increase() would not see
  // it.
  for (const { instance, name, environment } of deployments)
    await program.run(['init', '--instance', instance, '--deployment', name, '--environment', environment]);
  await scraped(prometheus);
  for (const deployment of deployments) {
    const id = await deploy(deployment, { program, service });
    await scraped(prometheus, deployment.rollback === undefined ? 2 : 12);
    if (deployment.rollback === undefined) continue;
    takenBack = id;
    await takeBack(deployment, { program, id });
    await scraped(prometheus);
  }
  await scraped(prometheus);
  return { deployment_id: takenBack };
}

/**
 * Waits until Prometheus has scraped the current state of the gateway: two scrapes, because the first may
 * already be running.
 */
async function scraped(prometheus: Stage['prometheus'], scrapes = 2): Promise<void> {
  const before = await prometheus.newestSampleSeconds('up{job="pushgateway"}');
  await prometheus.until('max(timestamp(up{job="pushgateway"}))', (seconds) => seconds >= before + scrapes);
}

/** The shipped rules, or without them the bare names of the histograms and one alert. */
function ruleFiles({ root, folder }: { root: string; folder: string }): string[] {
  const shipped = ['recording.yml', 'alerts.yml'].map((name) =>
    join(root, 'examples/monitoring/rules', name),
  );
  const found = shipped.filter((file) => existsSync(file));
  if (found.length > 0) return found;
  const own = join(folder, 'rules.yml');
  const rules = [
    { record: 'deployment_stage_duration_seconds', expr: 'deployment_stage_last_duration_seconds' },
    { record: 'deployment_duration_seconds', expr: 'deployment_last_duration_seconds' },
    {
      alert: 'DeploymentFailed',
      expr: 'increase(deployment_total{status="failure"}[5m]) > 0',
      labels: { severity: 'critical' },
    },
  ];
  // JSON is valid YAML.
  writeFileSync(own, JSON.stringify({ groups: [{ name: 'pictures', rules }] }));
  return [own];
}
