import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventuallyOptions, eventually } from './eventually.ts';
import { type RunningServer, startServer } from './server.ts';

export interface QueryResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus extends RunningServer {
  /**
   * Series of an instant query, at Unix time `atSeconds` (default: now). Throws with the error of the server.
   */
  query(expression: string, atSeconds?: number): Promise<QueryResult[]>;
  /** The only value of an instant query; undefined if the result is empty; throws if there are several. */
  value(expression: string, atSeconds?: number): Promise<number | undefined>;
  /** Unix time of the newest scraped sample of a selector, as the server stored it. */
  newestSampleSeconds(selector: string): Promise<number>;
  /** Polls until the expression's only value satisfies `accept`; returns that value. */
  until(expression: string, accept: (value: number) => boolean, options?: EventuallyOptions): Promise<number>;
}

export interface PrometheusOptions {
  /** URL of the gateway to scrape, with its path prefix if it has one. */
  readonly gatewayUrl: string;
  /** More gateways of the same job. */
  readonly otherGatewayUrls?: readonly string[];
  /** Default 250. */
  readonly scrapeIntervalMs?: number;
  /** Files of recording and alerting rules; evaluated at the scrape interval. */
  readonly ruleFiles?: readonly string[];
  /** Where alerts are sent. */
  readonly alertmanagerUrl?: string;
}

/**
 * A real Prometheus that scrapes one gateway with `honor_labels`; ready when the first scrape has succeeded.
 */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  writeFileSync(join(folder, 'prometheus.json'), configuration(options));
  const server = await startServer({
    program: 'prometheus',
    args: (port) => [
      `--config.file=${join(folder, 'prometheus.json')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--storage.tsdb.retention.time=45d',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    readyPath: '/-/ready',
  });
  const stop = async (signal?: NodeJS.Signals) => {
    await server.stop(signal);
    rmSync(folder, { recursive: true, force: true });
  };
  const prometheus = { ...server, stop, ...prometheusQueries(server.url) };
  // The first scrape comes up to 5 s after the start, whatever the interval.
  await prometheus.until('min(up{job="pushgateway"})', (up) => up === 1);
  return prometheus;
}

/** Queries a Prometheus that is already running, by its URL. */
export function prometheusQueries(url: string): Omit<Prometheus, keyof RunningServer> {
  const query = async (expression: string, atSeconds?: number) => {
    const body = new URLSearchParams({ query: expression });
    if (atSeconds !== undefined) body.set('time', String(atSeconds));
    const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body });
    return parseAnswer(await response.text());
  };
  const value = async (expression: string, atSeconds?: number) => {
    const found = await query(expression, atSeconds);
    if (found.length > 1) throw new Error(`${found.length} series of ${expression}`);
    return found[0]?.value;
  };
  return {
    query,
    value,
    async newestSampleSeconds(selector) {
      const found = await value(`max(timestamp(${selector}))`);
      if (found === undefined) throw new Error(`no sample of ${selector}`);
      return found;
    },
    until: (expression, accept, waiting) =>
      eventually(
        async () => {
          const found = await value(expression);
          return found !== undefined && accept(found) ? found : undefined;
        },
        { what: `accepted value of ${expression}`, everyMs: 100, ...waiting },
      ),
  };
}

function parseAnswer(text: string): QueryResult[] {
  type Series = { metric: Record<string, string>; value: [number, string] };
  const answer = JSON.parse(text) as {
    status: string;
    error?: string;
    data?: { resultType: string; result: Series[] | [number, string] };
  };
  if (answer.status !== 'success' || answer.data === undefined) throw new Error(answer.error ?? text);
  const { resultType, result } = answer.data;
  if (resultType === 'scalar') return [{ labels: {}, value: Number(result[1]) }];
  return (result as Series[]).map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

/** JSON is valid YAML. */
function configuration(options: PrometheusOptions): string {
  const {
    gatewayUrl,
    otherGatewayUrls = [],
    scrapeIntervalMs = 250,
    ruleFiles = [],
    alertmanagerUrl,
  } = options;
  const { host, pathname } = new URL(gatewayUrl);
  const targets = alertmanagerUrl === undefined ? [] : [new URL(alertmanagerUrl).host];
  const interval = `${scrapeIntervalMs}ms`;
  return JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: ruleFiles,
    alerting: { alertmanagers: [{ static_configs: [{ targets }] }] },
    scrape_configs: [
      {
        job_name: 'pushgateway',
        honor_labels: true,
        metrics_path: `${pathname.replace(/\/$/, '')}/metrics`,
        static_configs: [{ targets: [host, ...otherGatewayUrls.map((url) => new URL(url).host)] }],
      },
    ],
  });
}
