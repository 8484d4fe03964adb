import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Alertmanager, startAlertmanager } from '../../test/support/alertmanager.ts';
import { type Gateway, startGateway } from '../../test/support/gateway.ts';
import { type Prometheus, prometheusQueries } from '../../test/support/prometheus.ts';
import { startServer } from '../../test/support/server.ts';

export interface Stack {
  readonly gateway: Gateway;
  readonly prometheus: Prometheus;
  readonly alertmanager: Alertmanager;
  stop(): Promise<void>;
}

/** The servers of examples/monitoring on loopback, with its files: only the addresses differ. */
export async function startStack(root: string): Promise<Stack> {
  const monitoring = join(root, 'examples/monitoring');
  const folder = mkdtempSync(join(tmpdir(), 'monitoring-'));
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const gateway = await startGateway();
    started.push(gateway);
    const alertmanager = await startAlertmanager(readFileSync(join(monitoring, 'alertmanager.yml'), 'utf8'));
    started.push(alertmanager);
    cpSync(join(monitoring, 'rules'), join(folder, 'rules'), { recursive: true });
    const configuration = addressed(readFileSync(join(monitoring, 'prometheus.yml'), 'utf8'), {
      'pushgateway:9091': gateway.url,
      'alertmanager:9093': alertmanager.url,
    });
    writeFileSync(join(folder, 'prometheus.yml'), configuration);
    const prometheus = await startFrom(folder);
    started.push(prometheus);
    return { gateway, prometheus, alertmanager, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function addressed(text: string, addresses: Readonly<Record<string, string>>): string {
  return Object.entries(addresses).reduce((before, [name, url]) => {
    const after = before.replace(`[${name}]`, `['${new URL(url).host}']`);
    if (after === before) throw new Error(`prometheus.yml does not name ${name}`);
    return after;
  }, text);
}

async function startFrom(folder: string): Promise<Prometheus> {
  const server = await startServer({
    program: 'prometheus',
    args: (port) => [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--storage.tsdb.retention.time=45d',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    readyPath: '/-/ready',
  });
  return { ...server, ...prometheusQueries(server.url) };
}
