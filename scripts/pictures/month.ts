import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../src/context.ts';
import type { Database } from '../../src/ledger/file/addon.ts';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { transaction } from '../../src/ledger/file/transaction.ts';
import { prepareMark } from '../../src/ledger/marks/apply.ts';
import type { Mark } from '../../src/marks.ts';
import { inventedMonth } from '../../src/sample/sampleMonth.ts';
import { marksOf } from '../../src/sample/scenario.ts';
import { LedgerText } from '../../src/server/metrics/ledgerText.ts';
import { type Prometheus, prometheusQueries } from '../../test/support/prometheus.ts';
import { startServer } from '../../test/support/server.ts';

const dayMs = 86_400_000;
/** Rarely, so that a month fits; the last days more often, because they are drawn. */
const scrapeMs = { before: dayMs / 4, drawn: dayMs / 48 };
/** One block for everything: promtool reads the whole file for each block. */
const blocks = '--max-block-duration=1488h';
export const drawnDays = 7;
export const drawnScrapeSeconds = scrapeMs.drawn / 1000;

export interface Month {
  /** Has what it would have scraped in the month. */
  readonly prometheus: Prometheus;
  readonly toSeconds: number;
  /** A failed deployment of the last days that was rolled back. */
  readonly picked: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

/**
 * A real Prometheus with a month of the sample deployments of `serve --sample`: they are applied to a ledger one after the
 * other, and its metrics at each time of a scrape are stored as blocks, with the recorded series of `rules`.
 */
export async function startMonth(context: Context, rules: string): Promise<Month> {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-month-'));
  const database = openOrCreateLedger(context, { path: join(folder, 'month.db') });
  const toMs = context.instant().wallMs;
  const data = join(folder, 'data');
  const text = join(folder, 'metrics.txt');
  await writeScrapes(context, { database, text, toMs });
  const picked = database
    .prepare(`SELECT deployment_id FROM rollbacks WHERE at > ? ORDER BY at DESC LIMIT 1`)
    .get(new Date(toMs - drawnDays * dayMs).toISOString()) as Record<string, unknown> | undefined;
  database.close();
  promtool('tsdb', 'create-blocks-from', 'openmetrics', blocks, text, data);
  const first = await onBlocks(folder);
  const recorded = join(folder, 'recorded');
  promtool(
    ...['tsdb', 'create-blocks-from', 'rules', blocks, '--url', first.url, '--output-dir', recorded],
    ...['--start', iso(toMs - drawnDays * dayMs), '--end', iso(toMs), '--eval-interval', '30m', rules],
  );
  await first.stop();
  for (const block of readdirSync(recorded)) renameSync(join(recorded, block), join(data, block));
  const prometheus = await onBlocks(folder);
  const stop = async () => {
    await prometheus.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { prometheus, toSeconds: toMs / 1000, picked: picked ?? {}, stop };
}

/** One line for each series and scrape. */
async function writeScrapes(
  context: Context,
  { database, text, toMs }: { database: Database; text: string; toMs: number },
): Promise<void> {
  writeFileSync(text, '');
  const metrics = new LedgerText();
  const marks = inventedMonth(toMs)
    .flatMap((story, index) => marksOf(story).map((mark) => withOrigin(mark, index)))
    .sort((one, other) => one.at.wallMs - other.at.wallMs);
  let next = 0;
  const drawnFromMs = toMs - (drawnDays + 1) * dayMs;
  for (let ms = toMs - 31 * dayMs; ms <= toMs; ms += ms < drawnFromMs ? scrapeMs.before : scrapeMs.drawn) {
    transaction(database, { mode: 'write' }, () => {
      for (let mark = marks[next]; mark !== undefined && mark.at.wallMs <= ms; mark = marks[next]) {
        prepareMark(context, { database, mark })();
        next += 1;
      }
    });
    const seconds = (ms / 1000).toFixed(3);
    const lines = (await metrics.read(async () => database))
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const pushed = lines.flatMap((line) => {
      const group = /^deploytrack_ledger_events_total(\{.*\}) /.exec(line)?.[1];
      return group === undefined ? [] : [`push_time_seconds${group} ${seconds}`];
    });
    const all = [...lines, ...pushed].map((line) => `${line} ${seconds}\n`);
    appendFileSync(text, all.join(''));
  }
  appendFileSync(text, '# EOF\n');
}

/** The sample has no commits and no CI, which the tables show. */
function withOrigin(mark: Mark, number: number): Mark {
  if (mark.kind !== 'start') return mark;
  const commitSha = createHash('sha1').update(`${mark.deployment} ${mark.version}`).digest('hex');
  return { ...mark, commitSha, url: `https://ci.example/${mark.deployment}/runs/${number}` };
}

async function onBlocks(folder: string): Promise<Prometheus> {
  const configuration = join(folder, 'prometheus.json');
  writeFileSync(configuration, '{}');
  const server = await startServer({
    program: 'prometheus',
    args: (port) => [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--storage.tsdb.retention.time=400d',
      // Below the distance of two scrapes: blocks have no marks that a series has ended.
      '--query.lookback-delta=29m',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    readyPath: '/-/ready',
  });
  return { ...server, ...prometheusQueries(server.url) };
}

function promtool(...words: string[]): void {
  execFileSync('promtool', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
