import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from '../../test/soak/stage.ts';
import { bytesTogether, peakBytes } from './memory.ts';
import type { Times } from './rollout.ts';
import type { Servers } from './servers.ts';

/** What one run measured. Times are milliseconds. */
export interface Measured {
  readonly hosts: number;
  readonly deployments: number;
  /** Hosts whose every mark of the rollout was pushed. */
  readonly pushing: number;
  /** From one scrape, and one evaluation of the rules, to the next. */
  readonly scrapeSeconds: number;
  readonly rolloutSeconds: number;
  readonly putMs: number;
  readonly markMs: number;
  readonly markP95Ms: number;
  readonly aloneMs: number;
  /** `node -e 0` between them: what the machine had left. */
  readonly nodeMs: number;
  readonly startMs: number;
  readonly finishMs: number;
  readonly syncMs: number;
  readonly syncP95Ms: number;
  readonly rowsPerSecond: number;
  readonly bulkRowsPerSecond: number;
  readonly storedRows: number;
  readonly scrapeMs: number;
  readonly scrapeMostMs: number;
  readonly samples: number;
  readonly scrapeBytes: number;
  readonly fleetMs: number;
  readonly statsMs: number;
  readonly gatewayBytes: number;
  readonly prometheusAgentBytes: number;
  readonly vmagentBytes: number;
  readonly victoriaBytes: number;
  readonly prometheusBytes: number;
  readonly postgresBytes: number;
  readonly bouncerBytes: number;
  readonly storeDiskBytes: number;
  readonly victoriaDiskBytes: number;
  readonly storedSamples: number;
  readonly warnings: number;
}

/** What the client measured itself. */
export type OwnFigures = Pick<
  Measured,
  | 'hosts'
  | 'deployments'
  | 'pushing'
  | 'scrapeSeconds'
  | 'rolloutSeconds'
  | 'rowsPerSecond'
  | 'bulkRowsPerSecond'
  | 'storedRows'
  | 'fleetMs'
  | 'statsMs'
  | 'storeDiskBytes'
>;

export async function measure(
  servers: Servers,
  { folder, times, own }: { folder: string; times: Times; own: OwnFigures },
): Promise<Measured> {
  const { gateways, agents, victoria, prometheus, postgres, bouncer } = servers;
  // What it has in memory only.
  await (await fetch(`${victoria.url}/internal/force_flush`)).arrayBuffer();
  const of = async (query: string) => (await prometheus.value(query)) ?? Number.NaN;
  const texts = await Promise.all(gateways.map((gateway) => gateway.text()));
  const [first, ...others] = agents.map(({ pid }) => peakBytes(pid));
  return {
    ...own,
    putMs: 1000 * putSeconds(texts),
    markMs: median(times.mark),
    markP95Ms: p95(times.mark),
    aloneMs: median(times.alone),
    nodeMs: median(times.node),
    startMs: median(times.start),
    finishMs: median(times.finish),
    syncMs: median(times.sync),
    syncP95Ms: p95(times.sync),
    scrapeMs: 1000 * (await of('avg(scrape_duration_seconds)')),
    scrapeMostMs: 1000 * (await of('max(max_over_time(scrape_duration_seconds[6h]))')),
    samples: await of('sum(scrape_samples_scraped)'),
    scrapeBytes: Math.max(...texts.map((text) => Buffer.byteLength(text))),
    gatewayBytes: Math.max(...gateways.map(({ pid }) => peakBytes(pid))),
    prometheusAgentBytes: first ?? Number.NaN,
    vmagentBytes: Math.max(...others),
    victoriaBytes: peakBytes(victoria.pid),
    prometheusBytes: peakBytes(prometheus.pid),
    postgresBytes: bytesTogether(postgres.pid),
    bouncerBytes: peakBytes(bouncer.pid),
    victoriaDiskBytes: diskBytes(join(folder, 'victoria/data')),
    storedSamples: await rowsOf(victoria.url),
    warnings: times.warnings.length,
  };
}

/** Mean time of a PUT in the gateways, by their own counters. */
function putSeconds(texts: readonly string[]): number {
  const sum = (part: string) =>
    texts
      .map((text) =>
        Number(
          new RegExp(`^pushgateway_http_push_duration_seconds_${part}\\{method="put"\\} (\\S+)$`, 'm').exec(
            text,
          )?.[1],
        ),
      )
      .reduce((all, one) => all + one, 0);
  return sum('sum') / sum('count');
}

/** How many samples VictoriaMetrics has stored. */
async function rowsOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^vm_rows\{type="storage\/(?:inmemory|small|big)"\} (\d+)$/gm)]
    .map(([, rows]) => Number(rows))
    .reduce((all, one) => all + one, 0);
}

function diskBytes(folder: string): number {
  return Number(execFileSync('du', ['-sb', folder], { encoding: 'utf8' }).split('\t')[0]);
}

function p95(list: readonly number[]): number {
  return (
    [...list].sort((one, other) => one - other)[Math.max(0, Math.ceil(0.95 * list.length) - 1)] ?? Number.NaN
  );
}
