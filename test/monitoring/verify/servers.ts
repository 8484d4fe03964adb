import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  type Alertmanager,
  type Receiver,
  startAlertmanager,
  startReceiver,
} from '../../support/alertmanager.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { type Prometheus, startPrometheus } from '../../support/prometheus.ts';

export interface Servers {
  readonly gateway: Gateway;
  readonly prometheus: Prometheus;
  readonly alertmanager: Alertmanager;
  /** Receives what the Alertmanager sends. */
  readonly receiver: Receiver;
  stop(): Promise<void>;
}

const scrapeIntervalMs = 500;

/**
 * Gateway, Prometheus with the shipped rules, and Alertmanager with the shipped configuration, on loopback.
 */
export async function startServers(root: string): Promise<Servers> {
  const monitoring = join(root, 'examples/monitoring');
  const folder = mkdtempSync(join(tmpdir(), 'verify-'));
  const started: { stop(): Promise<void> }[] = [];
  const keep = <Server extends { stop(): Promise<void> }>(server: Server): Server => {
    started.push(server);
    return server;
  };
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const receiver = keep(await startReceiver());
    const configuration = readFileSync(join(monitoring, 'alertmanager.yml'), 'utf8');
    const alertmanager = keep(await startAlertmanager(withReceiver(configuration, receiver.url)));
    const gateway = keep(await startGateway());
    const prometheus = keep(
      await startPrometheus({
        gatewayUrl: gateway.url,
        scrapeIntervalMs,
        ruleFiles: ['recording.yml', 'alerts.yml'].map((name) =>
          withoutIntervals(join(monitoring, 'rules', name), join(folder, name)),
        ),
        alertmanagerUrl: alertmanager.url,
      }),
    );
    return { gateway, prometheus, alertmanager, receiver, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The shipped configuration with the test's URL, and without waiting for more alerts of a group. */
function withReceiver(configuration: string, url: string): string {
  const replaced = configuration
    .replace(/^(\s+- url: ).*$/m, `$1${url}`)
    .replace(/group_wait: .*/, 'group_wait: 1s');
  if (!replaced.includes(url)) throw new Error('alertmanager.yml has no receiver to replace');
  return replaced;
}

/** Rules evaluated every two minutes would give no result within the test. */
export function withoutIntervals(from: string, to: string): string {
  const { groups } = parse(readFileSync(from, 'utf8')) as { groups: { interval?: string }[] };
  // JSON is valid YAML.
  writeFileSync(to, JSON.stringify({ groups: groups.map(({ interval: _, ...group }) => group) }));
  return to;
}
