import type { Ledgers } from '../../test/monitoring/verify/ledgers.ts';
import type { Host } from './host.ts';
import type { Servers } from './servers.ts';

/** One figure as the ledgers, the store and VictoriaMetrics have it; null: not asked there. */
export interface Line {
  readonly what: string;
  readonly ledgers: number;
  readonly store: number | null;
  readonly victoria: number | null;
  readonly isSame: boolean;
}

export interface Asked {
  readonly ledgers: Ledgers;
  readonly servers: Servers;
  /** Any host: it reads the store. */
  readonly reader: Host;
  /** Unix time at which VictoriaMetrics is asked. */
  readonly atSeconds: number;
}

interface Figure {
  readonly what: string;
  /** Column `value`, of the views of verify-monitoring. */
  readonly sql: string;
  readonly store?: (asked: Stored) => number;
  readonly query?: string;
}

/** What the program says of the store, and SQL in it. */
interface Stored {
  readonly stats: StatsJson;
  readonly byVersion: {
    readonly parts: readonly { readonly downtime: number; readonly rolled_back: number }[];
  };
  readonly behind: readonly unknown[];
  readonly sql: (text: string) => number;
}

interface StatsJson {
  readonly total_deployments: number;
  readonly failed_deployments: number;
  readonly bad_deployments: number;
  readonly total: { readonly count: number; readonly median: number; readonly p95: number };
  readonly downtime: { readonly count: number };
  readonly phases: readonly {
    readonly stage: string;
    readonly deployments: number;
    readonly median: number;
  }[];
}

const stages = ['extract', 'migration', 'cutover'];
const rank = (share: number, from: string, column: string) =>
  `SELECT ${column} AS value FROM (SELECT ${column}, row_number() OVER (ORDER BY ${column}) AS n, count(*) OVER () AS all_of
   FROM ${from}) WHERE n = CAST(ceil(${share} * all_of) AS INTEGER)`;

const figures: readonly Figure[] = [
  {
    what: 'finished deployments',
    sql: 'SELECT count(*) AS value FROM done',
    store: ({ stats }) => stats.total_deployments,
    query: 'sum(deployment_total)',
  },
  {
    what: 'failed deployments',
    sql: "SELECT count(*) AS value FROM done WHERE outcome = 'failure'",
    store: ({ stats }) => stats.failed_deployments,
    query: 'sum(deployment_total{status="failure"})',
  },
  {
    what: 'failed or rolled back',
    sql: 'SELECT count(*) AS value FROM bad',
    store: ({ stats }) => stats.bad_deployments,
    query: 'sum(deployment_slo_bad_total)',
  },
  {
    what: 'rollbacks',
    sql: 'SELECT count(*) AS value FROM rollback_events',
    store: ({ byVersion }) => total(byVersion.parts.map(({ rolled_back }) => rolled_back)),
    query: 'sum(deployment_rollback_total)',
  },
  {
    what: 'seconds of all deployments',
    sql: 'SELECT total(total_duration) AS value FROM done',
    store: ({ sql }) => sql('SELECT sum(total_duration) AS value FROM deploytrack.deployment_metrics'),
    query: 'sum(deployment_duration_seconds_sum)',
  },
  {
    what: 'median of the successful ones, seconds',
    sql: rank(0.5, "done WHERE outcome = 'success'", 'total_duration'),
    store: ({ stats }) => stats.total.median,
  },
  {
    what: 'p95 of the successful ones, seconds',
    sql: rank(0.95, "done WHERE outcome = 'success'", 'total_duration'),
    store: ({ stats }) => stats.total.p95,
  },
  {
    what: 'seconds of downtime',
    sql: 'SELECT total(coalesce(downtime_duration, cutover_duration)) AS value FROM done',
    store: ({ byVersion }) => total(byVersion.parts.map(({ downtime }) => downtime)),
    query: 'sum(deployment_downtime_seconds_sum)',
  },
  ...stages.flatMap((stage): Figure[] => [
    {
      what: `runs of ${stage}`,
      sql: `SELECT count(*) AS value FROM ended_stages WHERE stage = '${stage}'`,
      store: ({ sql }) =>
        sql(`SELECT count(*) AS value FROM deploytrack.deployment_stages WHERE stage = '${stage}'`),
      query: `sum(deployment_stage_duration_seconds_count{stage="${stage}"})`,
    },
    {
      what: `seconds of ${stage}`,
      sql: `SELECT total(seconds) AS value FROM ended_stages WHERE stage = '${stage}'`,
      store: ({ sql }) =>
        sql(
          `SELECT sum(duration_seconds) AS value FROM deploytrack.deployment_stages WHERE stage = '${stage}'`,
        ),
      query: `sum(deployment_stage_duration_seconds_sum{stage="${stage}"})`,
    },
  ]),
  {
    what: 'health verifications',
    sql: 'SELECT count(*) AS value FROM all_health_verifications',
    store: ({ sql }) => sql('SELECT count(*) AS value FROM deploytrack.health_verifications'),
    query: 'sum(deployment_health_verification_total)',
  },
  {
    what: 'error budget spent',
    sql: 'SELECT total(weight) AS value FROM budget_events',
    store: ({ sql }) => sql('SELECT sum(weight) AS value FROM deploytrack.error_budget_events'),
    query: 'sum(deployment_error_budget_consumed_total)',
  },
  {
    what: 'hosts that do not run the newest version',
    sql: 'SELECT count(DISTINCT instance) AS value FROM behind WHERE is_behind',
    store: ({ behind }) => behind.length,
  },
];

/** Every figure from three sides. */
export async function askFigures(asked: Asked): Promise<Line[]> {
  const { ledgers, servers, atSeconds } = asked;
  const stored = await readStored(asked);
  const lines: Line[] = [];
  for (const { what, sql, store, query } of figures) {
    const own = Number(ledgers.rows(sql)[0]?.value);
    const [inStore, inVictoria] = [
      store === undefined ? null : store(stored),
      query === undefined ? null : ((await servers.victoria.value(query, atSeconds)) ?? Number.NaN),
    ];
    lines.push(lineOf({ what, ledgers: own, store: inStore, victoria: inVictoria }));
  }
  return lines;
}

export function lineOf(line: Omit<Line, 'isSame'>): Line {
  // `stats` prints six digits.
  const near = (other: number | null) =>
    other === null || Math.abs(other - line.ledgers) <= Math.max(2e-6, 1e-9 * Math.abs(line.ledgers));
  return { ...line, isSame: near(line.store) && near(line.victoria) };
}

async function readStored({ reader, servers }: Asked): Promise<Stored> {
  const ask = (...args: string[]) => readJson(reader, servers.storeUrl, args);
  return {
    stats: (await ask('stats', '--store', '--format', 'json')) as StatsJson,
    byVersion: (await ask('stats', '--store', '--by', 'version', '--format', 'json')) as Stored['byVersion'],
    behind: (await ask('fleet', '--behind', '--json')) as unknown[],
    sql: (text) => Number(servers.postgres.rows(text)[0]?.value),
  };
}

/** What a command prints of the whole store. */
export async function readJson(reader: Host, storeUrl: string, args: readonly string[]): Promise<unknown> {
  const end = await reader.run(args, {
    DEPLOYTRACK_STORE_URL: storeUrl,
    DEPLOYTRACK_DEPLOYMENT: '',
    DEPLOYTRACK_ENVIRONMENT: '',
  });
  if (end.code !== 0) throw new Error(`${args.join(' ')}: ${end.stderr}`);
  return JSON.parse(end.stdout);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
