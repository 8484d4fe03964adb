import type { Line } from './figures.ts';
import type { Measured } from './measured.ts';
import { differences, type PanelAnswer } from './panels.ts';
import { onPaper } from './paper.ts';
import type { Result } from './run.ts';

/** Every figure from three sides, as a table. */
export function lineTable(lines: readonly Line[]): string {
  const cell = (value: number | null) => (value === null ? '' : String(Math.round(value * 1000) / 1000));
  return table(
    ['', 'ledgers', 'store', 'VictoriaMetrics', ''],
    lines.map(({ what, ledgers, store, victoria, isSame }) => [
      what,
      cell(ledgers),
      cell(store),
      cell(victoria),
      isSame ? 'the same' : 'DIFFERENT',
    ]),
  );
}

const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const megabytes = (value: number) => `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} MB`;
const whole = (value: number) => Math.round(value).toLocaleString('en-US');

const rows: Readonly<Record<string, (figures: Measured) => string>> = {
  'deployments; the rollout with 4 hosts at a time': (f) =>
    `${whole(f.deployments)}; ${whole(f.rolloutSeconds)} s`,
  'hosts that push every mark of the rollout; from scrape to scrape': (f) =>
    `${whole(f.pushing)}; ${f.scrapeSeconds} s`,
  'a push in the gateway (PUT), mean': (f) => ms(f.putMs),
  'a mark with its push, inside the busy script: median; p95': (f) => `${ms(f.markMs)}; ${ms(f.markP95Ms)}`,
  'the same as a process, alone: median; `node -e 0` then': (f) => `${ms(f.aloneMs)}; ${ms(f.nodeMs)}`,
  '`start`, which reads the gateway: median': (f) => ms(f.startMs),
  '`finish` with push and rows: median': (f) => ms(f.finishMs),
  'a `sync` of one deployment, through PgBouncer: median; p95': (f) => `${ms(f.syncMs)}; ${ms(f.syncP95Ms)}`,
  'rows per second: 4 hosts with one deployment each; one host with 1,000': (f) =>
    `${whole(f.rowsPerSecond)}; ${whole(f.bulkRowsPerSecond)}`,
  'a scrape of a gateway: mean; longest': (f) => `${ms(f.scrapeMs)}; ${ms(f.scrapeMostMs)}`,
  'series in the gateways; the largest response': (f) => `${whole(f.samples)}; ${megabytes(f.scrapeBytes)}`,
  '`fleet`; `stats --store`': (f) => `${ms(f.fleetMs)}; ${ms(f.statsMs)}`,
  'memory at most: a gateway; Prometheus as its agent; vmagent': (f) =>
    [f.gatewayBytes, f.prometheusAgentBytes, f.vmagentBytes].map(megabytes).join('; '),
  'memory at most: VictoriaMetrics; Prometheus': (f) =>
    [f.victoriaBytes, f.prometheusBytes].map(megabytes).join('; '),
  'memory: PostgreSQL; PgBouncer': (f) => [f.postgresBytes, f.bouncerBytes].map(megabytes).join('; '),
  'disk: the store; a deployment in it': (f) =>
    `${megabytes(f.storeDiskBytes)}; ${(f.storeDiskBytes / f.deployments / 1000).toFixed(1)} kB`,
  'disk: VictoriaMetrics; a sample in it': (f) =>
    `${megabytes(f.victoriaDiskBytes)}; ${(f.victoriaDiskBytes / f.storedSamples).toFixed(2)} bytes`,
  'warnings of the program': (f) => whole(f.warnings),
};

/** The figures of each run in a column. */
export function figuresText(results: readonly Result[]): string {
  const all = results.map(({ measured }) => measured);
  return table(
    ['hosts', ...all.map(({ hosts }) => whole(hosts))],
    Object.entries(rows).map(([what, text]) => [what, ...all.map(text)]),
  );
}

/** How many answers agree, and why the others do not. */
export function answersText(results: readonly Result[]): string {
  return table(
    ['compared with the sum of the ledgers', ...results.map(({ measured }) => whole(measured.hosts))],
    [
      ['counts, sums, quantiles and versions', ...results.map(({ lines }) => shareOf(lines))],
      ['tables of the store, rows', ...results.map((result) => shareOf(result.rows))],
      ["the dashboards' queries in VictoriaMetrics", ...results.map(({ ofVictoria }) => agreed(ofVictoria))],
      ["the dashboards' queries in Prometheus", ...results.map(({ ofPrometheus }) => agreed(ofPrometheus))],
    ],
  );
}

function shareOf(lines: readonly Line[]): string {
  return `${lines.filter(({ isSame }) => isSame).length} of ${lines.length} the same`;
}

function agreed(answers: readonly PanelAnswer[]): string {
  const same = answers.filter(({ ok }) => ok).length;
  const others = Object.values(differences).map((reason) => ({
    reason,
    count: answers.filter(({ ok, difference }) => !ok && difference === reason).length,
  }));
  const named = others.filter(({ count }) => count > 0).map(({ count, reason }) => `${count} ${reason}`);
  return [`${same} of ${answers.length} the same`, ...named].join(', ');
}

/** What a larger fleet needs, from the figures of the largest run. */
export function paperText(results: readonly Result[]): string {
  const [largest, ...others] = results
    .map(({ measured }) => measured)
    .sort((one, other) => other.hosts - one.hosts);
  if (largest === undefined) return '';
  return table(
    ['on paper, 10,000 hosts and 100,000 deployments a day', 'needs', 'from'],
    onPaper(largest, { smallest: others.at(-1) ?? null, hosts: 10_000, deploymentsADay: 100_000 }),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
