import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../support/server.ts';

export interface ConfiguredPrometheus {
  readonly url: string;
  /** From which it reads rules. */
  readonly rulesFolder: string;
  /** Writes the job that scrapes the gateway, or none; it is used after the next reload. */
  configure(job: Readonly<Record<string, unknown>> | null): void;
  /** Writes a configuration that cannot be loaded. */
  damage(): void;
  reload(): Promise<number>;
  /** Stops it and starts it again. */
  restart(retention: string): Promise<void>;
  stop(): Promise<void>;
}

/** A real Prometheus whose configuration a test writes; it reads it again on request. */
export async function startConfiguredPrometheus(retention: string): Promise<ConfiguredPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const file = join(folder, 'prometheus.json');
  const rulesFolder = join(folder, 'rules');
  mkdirSync(rulesFolder);
  const configure = (job: Readonly<Record<string, unknown>> | null) =>
    // JSON is valid YAML.
    writeFileSync(
      file,
      JSON.stringify({
        global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1m' },
        rule_files: ['rules/*.yml'],
        scrape_configs: job === null ? [] : [{ job_name: 'pushgateway', ...job }],
      }),
    );
  const start = (kept: string, port?: number) =>
    startServer({
      program: 'prometheus',
      args: (listen) => [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--storage.tsdb.retention.time=${kept}`,
        `--web.listen-address=127.0.0.1:${listen}`,
        '--web.enable-lifecycle',
        '--scrape.discovery-reload-interval=100ms',
      ],
      readyPath: '/-/ready',
      ...(port === undefined ? {} : { port }),
    });
  configure(null);
  let server = await start(retention);
  const { url, port } = server;
  return {
    ...{ url, rulesFolder, configure },
    damage: () => writeFileSync(file, 'scrape_configs: 1\n'),
    reload: async () => (await fetch(`${url}/-/reload`, { method: 'POST' })).status,
    async restart(kept) {
      await server.stop();
      server = await start(kept, port);
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
