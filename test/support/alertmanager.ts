import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type RunningServer, startServer } from './server.ts';

export interface Alert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Alertmanager extends RunningServer {
  /** The current alerts. */
  alerts(): Promise<Alert[]>;
}

/** A real Alertmanager with this configuration (JSON is YAML), without a cluster. */
export async function startAlertmanager(configuration: string): Promise<Alertmanager> {
  const folder = mkdtempSync(join(tmpdir(), 'alertmanager-'));
  const file = join(folder, 'alertmanager.yml');
  writeFileSync(file, configuration);
  const server = await startServer({
    program: 'prometheus-alertmanager',
    args: (port) => [
      `--config.file=${file}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    readyPath: '/-/ready',
  });
  return {
    ...server,
    async stop(signal) {
      await server.stop(signal);
      rmSync(folder, { recursive: true, force: true });
    },
    async alerts() {
      const response = await fetch(`${server.url}/api/v2/alerts`);
      return ((await response.json()) as (Omit<Alert, 'status'> & { status: { state: string } })[]).map(
        (alert) => ({ ...alert, status: alert.status.state }),
      );
    },
  };
}

export interface Receiver {
  /** The URL to which an Alertmanager posts. */
  readonly url: string;
  /** Every alert that was posted, in the order of arrival. */
  received(): readonly Alert[];
  stop(): Promise<void>;
}

/** Receives the posts of an Alertmanager's webhook. */
export async function startReceiver(): Promise<Receiver> {
  const all: Alert[] = [];
  const server = createServer(async (request, response) => {
    all.push(...(JSON.parse(await text(request)) as { alerts: Alert[] }).alerts);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    received: () => all,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
