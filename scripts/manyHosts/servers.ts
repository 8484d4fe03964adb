import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Gateway, startGateway } from '../../test/support/gateway.ts';
import { type Postgres, startPostgres } from '../../test/support/postgres.ts';
import { prometheusQueries } from '../../test/support/prometheus.ts';
import { freePort, type RunningServer, startServer } from '../../test/support/server.ts';

export type Metrics = RunningServer & ReturnType<typeof prometheusQueries>;

export interface Servers {
  readonly gateways: readonly Gateway[];
  /** One for each gateway: the first is Prometheus in agent mode, the others are vmagent. */
  readonly agents: readonly RunningServer[];
  readonly victoria: Metrics;
  readonly prometheus: Metrics;
  readonly vmalert: RunningServer;
  readonly postgres: Postgres;
  readonly bouncer: RunningServer;
  /** Of the store, through PgBouncer in transaction mode. */
  readonly storeUrl: string;
  readonly scrapeSeconds: number;
  stop(): Promise<void>;
}

interface Place {
  readonly root: string;
  readonly folder: string;
  /** Also between two evaluations of the rules. */
  readonly scrapeSeconds: number;
}

const count = 3;

/** The servers of examples/fleet on loopback, with its files: only addresses and the interval of the scrapes differ. */
export async function startServers(place: Place): Promise<Servers> {
  const { folder, scrapeSeconds } = place;
  const started: (() => Promise<void>)[] = [];
  const keep = <Server extends { stop(): Promise<void> }>(server: Server): Server => {
    started.push(() => server.stop());
    return server;
  };
  // What asks is stopped before what is asked.
  const stop = async () => {
    for (const end of started.toReversed()) await end();
  };
  try {
    const postgres = await startPostgres();
    started.push(() => postgres.remove());
    const bouncer = keep(await startBouncer(postgres));
    const victoria = keep(await startVictoria(folder));
    const prometheus = keep(await startPrometheus(place));
    const gateways: Gateway[] = [];
    const agents: RunningServer[] = [];
    for (let number = 1; number <= count; number += 1) {
      const gateway = keep(await startGateway());
      gateways.push(gateway);
      const start = number === 1 ? startPrometheusAgent : startVmagent;
      agents.push(keep(await start(place, { number, gateway, writers: [victoria, prometheus] })));
    }
    const vmalert = keep(await startVmalert(place, victoria));
    const storeUrl = `postgres://owner@127.0.0.1:${bouncer.port}/postgres`;
    const engines = { victoria, prometheus, vmalert };
    return { gateways, agents, ...engines, postgres, bouncer, storeUrl, scrapeSeconds, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startBouncer({ folder, port }: Postgres): Promise<RunningServer> {
  const own = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
postgres = user=owner host=127.0.0.1 port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
auth_type = any
pool_mode = transaction
unix_socket_dir =
default_pool_size = 10
max_client_conn = 2000
log_connections = 0
log_disconnections = 0
`,
  );
  chmodSync(file, 0o644);
  return startServer({
    program: 'setpriv',
    args: () => ['--reuid=postgres', '--regid=postgres', '--clear-groups', '--', 'pgbouncer', file],
    readyPath: null,
    port: own,
  });
}

async function startVictoria(folder: string): Promise<Metrics> {
  const server = await startServer({
    program: 'victoria-metrics',
    args: (port) => [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${join(folder, 'victoria')}`,
      '-retentionPeriod=45d',
      '-loggerLevel=WARN',
    ],
    readyPath: '/health',
  });
  return { ...server, ...prometheusQueries(server.url) };
}

/** It scrapes nothing: the agents write to it too, so that two engines answer about the same samples. */
async function startPrometheus({ root, folder, scrapeSeconds }: Place): Promise<Metrics> {
  const file = join(folder, 'prometheus.json');
  const rules = join(root, 'examples/monitoring/rules/*.yml');
  const interval = `${scrapeSeconds}s`;
  writeFileSync(
    file,
    JSON.stringify({
      global: { scrape_interval: interval, evaluation_interval: interval },
      rule_files: [rules],
    }),
  );
  const server = await startServer({
    program: 'prometheus',
    args: (port) => [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      '--web.enable-remote-write-receiver',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    readyPath: '/-/ready',
  });
  return { ...server, ...prometheusQueries(server.url) };
}

interface Agent {
  readonly number: number;
  readonly gateway: Gateway;
  readonly writers: readonly RunningServer[];
}

const writeUrl = ({ url }: RunningServer) => `${url}/api/v1/write`;

function startPrometheusAgent({ root, folder, scrapeSeconds }: Place, { number, gateway, writers }: Agent) {
  const text = readFileSync(join(root, `examples/fleet/agents/pushgateway-${number}.yml`), 'utf8');
  const own = replaced(text, {
    'scrape_interval: 15s': `scrape_interval: ${scrapeSeconds}s`,
    [`[pushgateway-${number}:9091]`]: `['127.0.0.1:${gateway.port}']`,
    '- url: http://victoria-metrics:8428/api/v1/write': writers
      .map((one) => `- url: ${writeUrl(one)}`)
      .join('\n  '),
  });
  const file = join(folder, `agent-${number}.yml`);
  writeFileSync(file, own);
  return startServer({
    program: 'prometheus',
    args: (port) => [
      '--enable-feature=agent',
      `--config.file=${file}`,
      `--storage.agent.path=${join(folder, `agent-${number}`)}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    readyPath: '/-/ready',
  });
}

function startVmagent({ root, folder, scrapeSeconds }: Place, { number, gateway, writers }: Agent) {
  const text = readFileSync(join(root, 'examples/fleet/agents/vmagent.yml'), 'utf8');
  const own = replaced(text, {
    'scrape_interval: 15s': `scrape_interval: ${scrapeSeconds}s`,
    '%{GATEWAY}': `127.0.0.1:${gateway.port}`,
    '%{GATEWAY_NAME}': `pushgateway-${number}`,
  });
  const data = join(folder, `agent-${number}`);
  mkdirSync(data);
  const file = join(folder, `agent-${number}.yml`);
  writeFileSync(file, own);
  return startServer({
    program: 'vmagent',
    args: (port) => [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-promscrape.config=${file}`,
      '-promscrape.maxScrapeSize=256MB',
      // Prometheus refuses what several queues deliver in another order, such as the end of a series.
      '-remoteWrite.queues=1',
      `-remoteWrite.tmpDataPath=${data}`,
      ...writers.map((one) => `-remoteWrite.url=${writeUrl(one)}`),
      '-loggerLevel=WARN',
    ],
    readyPath: '/health',
  });
}

/** The shipped rules; alerts go nowhere. */
async function startVmalert({ root, scrapeSeconds }: Place, { url }: RunningServer): Promise<RunningServer> {
  const nowhere = await freePort();
  return startServer({
    program: 'vmalert',
    args: (port) => [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-rule=${join(root, 'examples/monitoring/rules/*.yml')}`,
      `-evaluationInterval=${scrapeSeconds}s`,
      '-disableAlertgroupLabel',
      ...['datasource', 'remoteRead', 'remoteWrite'].map((use) => `-${use}.url=${url}`),
      `-notifier.url=http://127.0.0.1:${nowhere}`,
      '-loggerLevel=PANIC',
    ],
    readyPath: '/health',
  });
}

function replaced(text: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the example does not have ${from}`);
    return before.replace(from, to);
  }, text);
}
