import { type RunningServer, startServer } from './server.ts';

/** A sample as the gateway itself reports it in JSON, without any parser of ours. */
export interface GatewayMetric {
  readonly labels: Readonly<Record<string, string>>;
  /** Counter, gauge, untyped: the value as text. */
  readonly value?: string;
  /** Histogram: cumulative counts by upper bound. */
  readonly buckets?: Readonly<Record<string, string>>;
  readonly count?: string;
  readonly sum?: string;
}

export interface GatewayFamily {
  readonly type: string;
  readonly help: string;
  readonly metrics: readonly GatewayMetric[];
}

export interface GatewayGroup {
  /** The grouping key with `job`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly families: Readonly<Record<string, GatewayFamily>>;
}

export interface Gateway extends RunningServer {
  /** Everything that it holds, by group. */
  groups(): Promise<GatewayGroup[]>;
  /** The group with all these labels; undefined if there is none. */
  group(labels: Readonly<Record<string, string>>): Promise<GatewayGroup | undefined>;
  /** The text of /metrics; throws unless the status is 200. */
  text(): Promise<string>;
  /**
   * Value of the only series of `family` with all these labels; for a histogram its count. Undefined if there
   * is none; throws if there are several.
   */
  value(family: string, labels?: Readonly<Record<string, string>>): Promise<number | undefined>;
}

export interface GatewayOptions {
  /** For a gateway that restarts on the same port. */
  readonly port?: number;
  /** `/base`: everything is served below it. */
  readonly routePrefix?: string;
  /**
   * A file for `--web.config.file`: the gateway requires TLS or a password, which the queries here do not
   * have.
   */
  readonly webConfigFile?: string;
  readonly args?: readonly string[];
}

/** A real prometheus-pushgateway that stores nothing on disk. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const prefix = options.routePrefix ?? '';
  const server = await startServer({
    program: 'prometheus-pushgateway',
    args: (port) => [
      `--web.listen-address=127.0.0.1:${port}`,
      '--persistence.file=',
      ...(prefix === '' ? [] : [`--web.route-prefix=${prefix}`]),
      ...(options.webConfigFile === undefined ? [] : [`--web.config.file=${options.webConfigFile}`]),
      ...(options.args ?? []),
    ],
    readyPath: options.webConfigFile === undefined ? `${prefix}/-/ready` : null,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  return { ...server, ...gatewayQueries(server.url + prefix) };
}

/** Queries a gateway that is already running, by its address. */
export function gatewayQueries(url: string): Pick<Gateway, 'groups' | 'group' | 'text' | 'value'> {
  const groups = async () => parseGroups(JSON.parse(await read(`${url}/api/v1/metrics`)));
  return {
    groups,
    group: async (labels) => (await groups()).find((group) => hasLabels(group.labels, labels)),
    text: () => read(`${url}/metrics`),
    async value(family, labels = {}) {
      const found = (await groups())
        .flatMap((group) => group.families[family]?.metrics ?? [])
        .filter((metric) => hasLabels(metric.labels, labels));
      if (found.length > 1)
        throw new Error(`${found.length} series of ${family} with ${JSON.stringify(labels)}`);
      const text = found[0]?.value ?? found[0]?.count;
      return text === undefined ? undefined : Number(text);
    },
  };
}

async function read(url: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text}`);
  return text;
}

function hasLabels(
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([name, value]) => (labels[name] ?? '') === value);
}

type RawFamily = { type: string; help: string; metrics?: GatewayMetric[] };

function parseGroups(answer: unknown): GatewayGroup[] {
  const { data } = answer as { data: Record<string, unknown>[] };
  return data.map(({ labels, last_push_successful: _successful, ...families }) => ({
    labels: labels as Record<string, string>,
    families: Object.fromEntries(
      Object.entries(families as Record<string, RawFamily>).map(([name, { type, help, metrics }]) => [
        name,
        { type: type.toLowerCase(), help, metrics: metrics ?? [] },
      ]),
    ),
  }));
}
