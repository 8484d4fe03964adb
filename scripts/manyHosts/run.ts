import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedgers } from '../../test/monitoring/verify/ledgers.ts';
import { inLanes } from '../../test/soak/stage.ts';
import { eventually } from '../../test/support/eventually.ts';
import { rowsOf } from '../../test/support/program.ts';
import { counted, syncBulk } from './bulk.ts';
import { askFigures, type Line } from './figures.ts';
import { foldersBelow, type Host, newHost } from './host.ts';
import { type Measured, measure } from './measured.ts';
import { askPanels, type PanelAnswer } from './panels.ts';
import { fateOf, pushesMarks, scrapeSecondsFor } from './plan.ts';
import { deployBase, deployNext, newTimes, type Played, prepare, startService, syncHost } from './rollout.ts';
import { type Servers, startServers } from './servers.ts';
import { askVersions, countRows } from './versionsAndRows.ts';

/** Hosts that are at work at the same time. */
const lanes = 4;
/** So many hosts of the rollout run their commands as processes, one after the other. */
const alone = 5;
const patient = { everyMs: 1000, deadlineMs: 600_000 };

export interface Result {
  readonly measured: Measured;
  readonly lines: readonly Line[];
  readonly rows: readonly Line[];
  readonly ofVictoria: readonly PanelAnswer[];
  readonly ofPrometheus: readonly PanelAnswer[];
  readonly warnings: readonly string[];
}

export interface Around {
  readonly root: string;
  readonly say: (line: string) => void;
  /** Called with what ends everything at once. */
  readonly started: (stop: () => Promise<void>) => void;
}

/** One fleet from its first deployment to the comparison; nothing is left of it. */
export async function runFleet(count: number, { root, say, started }: Around): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-fleet-'));
  // The servers of PostgreSQL run as another account.
  chmodSync(folder, 0o711);
  let servers: Servers | null = null;
  const stop = async () => {
    await servers?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  started(stop);
  const service = await startService();
  try {
    servers = await startServers({ root, folder, scrapeSeconds: scrapeSecondsFor(count) });
    const hosts = hostsOf(count, { folder, servers });
    const played = { times: newTimes(), url: service.url, storeUrl: servers.storeUrl };
    return await compared({ root, say, servers, hosts, played, folder });
  } finally {
    service.stop();
    await stop();
  }
}

function hostsOf(count: number, { folder, servers }: { folder: string; servers: Servers }): Host[] {
  const gateways = servers.gateways.map(({ url }) => url).join(',');
  const below = foldersBelow(folder);
  return Array.from({ length: count }, (_, number) => {
    const environment = number % 5 === 0 ? 'staging' : 'production';
    // A busy machine must not decide what is pushed.
    const env = {
      DEPLOYTRACK_DEPLOYMENT: 'shop',
      DEPLOYTRACK_ENVIRONMENT: environment,
      DEPLOYTRACK_GATEWAY_TIMEOUT: '60s',
    };
    return newHost(number, { below, gateways, env });
  });
}

interface Work {
  readonly root: string;
  readonly say: (line: string) => void;
  readonly servers: Servers;
  readonly hosts: readonly Host[];
  readonly played: Played;
  readonly folder: string;
}

async function compared(work: Work): Promise<Result> {
  const { root, say, servers, hosts, played, folder } = work;
  const { own, beganSeconds } = await play(work);
  say('waiting until every push is scraped, and until VictoriaMetrics shows it (30 s later)');
  const atSeconds = await settled(work);
  const files = hosts.map(({ ledger }) => ledger);
  const ledgers = openLedgers(files, atSeconds);
  try {
    const reader = hosts[0] as Host;
    const asked = { ledgers, servers, reader, atSeconds };
    say('asking the store, VictoriaMetrics and Prometheus');
    const lines = [...(await askFigures(asked)), ...(await askVersions(asked))];
    const rows = countRows(asked);
    const picked = hosts.find(({ number }) => fateOf(number) === 'unhealthy') ?? reader;
    const choices = { instance: picked.name, deployment_id: `${picked.name}-next` };
    const run = { lastedSeconds: atSeconds - beganSeconds, choices };
    const { victoria, prometheus, postgres } = servers;
    const ofVictoria = await askPanels(
      root,
      { prometheus: victoria, ledgers, atSeconds, leavesOutNaN: true, extrapolates: false },
      run,
    );
    const ofPrometheus = await askPanels(root, { prometheus, ledgers, atSeconds, extrapolates: true }, run);
    const times = {
      fleetMs: await msOf(() => reader.run(['fleet', '--store', servers.storeUrl])),
      statsMs: await msOf(() => reader.run(['stats', '--store', servers.storeUrl])),
    };
    const bytes = postgres.rows(diskOfStore)[0]?.bytes;
    const bulkRowsPerSecond = await syncBulk(servers, reader, folder);
    const { scrapeSeconds } = servers;
    const measured = await measure(servers, {
      folder,
      times: played.times,
      own: { ...own, ...times, scrapeSeconds, bulkRowsPerSecond, storeDiskBytes: Number(bytes) },
    });
    return { measured, lines, rows, ofVictoria, ofPrometheus, warnings: played.times.warnings };
  } finally {
    ledgers.close();
  }
}

/** Zeros, a first version on all hosts, their rows sent at once, and the rollout. */
async function play({ say, servers, hosts, played }: Work) {
  const { prometheus, storeUrl, postgres } = servers;
  const first = hosts[0] as Host;
  await first.run(['sync', '--init', '--store', storeUrl]);
  say(`${hosts.length} hosts push their zeros`);
  await inLanes(hosts, lanes, (host) => prepare(host, played));
  await prometheus.until('count(deployment_slo_bad_total)', (groups) => groups === hosts.length, patient);
  const beganSeconds = Date.now() / 1000;
  say('the first version on every host, without a store');
  await inLanes(hosts, lanes, (host) => deployBase(host, played));
  say('their rows are sent');
  const syncMs = await msOf(() => inLanes(hosts, lanes, async (host) => void (await syncHost(host, played))));
  const storedRows = Number(postgres.rows(`SELECT ${counted} AS n`)[0]?.n);
  say('the rollout, marks with their push, every finish with its rows');
  const last = hosts.slice(-Math.min(alone, Math.ceil(hosts.length / 10)));
  const rolloutMs = await msOf(() =>
    inLanes(hosts.slice(0, -last.length), lanes, (host) => deployNext(host, played)),
  );
  say(`the last ${last.length} hosts, as processes one after the other`);
  await inLanes(last, 1, async (host) => {
    await deployNext(host, { ...played, isAlone: true });
    played.times.node.push(
      await msOf(async () => void spawnSync(process.execPath, ['-e', '0'], { stdio: 'ignore' })),
    );
  });
  await inLanes(
    hosts,
    lanes,
    async (host) => void (await host.run(['push'], { PUSHGATEWAY_URL: host.gateways })),
  );
  // What a finish had no time for.
  await inLanes(
    hosts,
    lanes,
    async (host) => void (await host.run(['sync'], { DEPLOYTRACK_STORE_URL: storeUrl })),
  );
  const rowsPerSecond = (1000 * storedRows) / syncMs;
  const own = {
    hosts: hosts.length,
    deployments: 2 * hosts.length,
    pushing: hosts.filter((host) => pushesMarks(host.number) || last.includes(host)).length,
    rolloutSeconds: rolloutMs / 1000,
    rowsPerSecond,
    storedRows,
  };
  return { own, beganSeconds };
}

const diskOfStore = `SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class
  WHERE relkind = 'r' AND relnamespace = 'deploytrack_rows'::regnamespace`;

/** Unix time at which both engines have the last state of every group, and what the rules record of it. */
async function settled({ servers, hosts }: Work): Promise<number> {
  const { victoria, prometheus, scrapeSeconds } = servers;
  const events = hosts
    .flatMap(({ ledger }) => rowsOf(ledger, { sql: 'SELECT seq FROM groups' }))
    .reduce((sum, { seq }) => sum + Number(seq), 0);
  for (const engine of [prometheus, victoria]) {
    await engine.until('sum(deploytrack_ledger_events_total)', (sum) => sum === events, patient);
    await engine.until(
      'max(abs(deployment_duration_seconds - deployment_last_duration_seconds))',
      (apart) => apart === 0,
      patient,
    );
  }
  // The alerts that follow from it are another evaluation of the rules away.
  const shown = Date.now() / 1000;
  const atSeconds = await prometheus.until(
    'max(timestamp(deploytrack_ledger_events_total))',
    (seconds) => seconds > shown + 2 * scrapeSeconds,
    patient,
  );
  await eventually(async () => (Date.now() / 1000 > atSeconds + 35 ? true : undefined), {
    what: 'time that VictoriaMetrics shows',
    ...patient,
  });
  return atSeconds;
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}
