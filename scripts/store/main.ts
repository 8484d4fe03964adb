import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Postgres, startPostgres } from '../../test/support/postgres.ts';
import { type Asked, everyQuestion, statementsOf } from './asked.ts';
import { fillStatements } from './fill.ts';
import { readsOf } from './plan.ts';

const settings = [
  'wal_level=minimal',
  'max_wal_senders=0',
  'full_page_writes=off',
  'autovacuum=off',
  'shared_buffers=1GB',
  'max_wal_size=16GB',
  'work_mem=64MB',
  'maintenance_work_mem=512MB',
];

/** Makes a store of a fleet, and measures the commands that read it; `program`: the script of deploytrack. */
export async function main(args: readonly string[], program: string): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      deployments: { type: 'string', default: '1000000' },
      hosts: { type: 'string', default: '1000' },
      days: { type: 'string', default: '1000' },
      pairs: { type: 'string', default: '15' },
      only: { type: 'string', default: '' },
    },
  });
  const [deployments, hosts, days, pairs] = [values.deployments, values.hosts, values.days, values.pairs].map(
    Number,
  ) as [number, number, number, number];
  const postgres = await startPostgres({ args: settings.flatMap((one) => ['-c', one]) });
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-bench-'));
  try {
    const env = {
      ...process.env,
      DEPLOYTRACK_STORE_URL: postgres.url,
      DEPLOYTRACK_LEDGER: join(folder, 'no.db'),
    };
    const run = (words: readonly string[]) => spawnSync(process.execPath, [program, ...words], { env });
    const init = () => {
      const made = run(['sync', '--init']);
      if (made.status !== 0) throw new Error(String(made.stderr));
    };
    init();
    dropIndexes(postgres);
    fill(postgres, { deployments, hosts, days });
    timedAs('indexes', init);
    analyze(postgres);
    const id = String(
      postgres.rows('SELECT deployment_id AS id FROM deploytrack.deployment_metrics OFFSET 777 LIMIT 1')[0]
        ?.id,
    );
    const isWanted = ({ name }: Asked) => values.only.split(',').some((part) => name.includes(part));
    const asked = everyQuestion({ id, nowMs: Date.now() }).filter(isWanted);
    for (const one of asked) await measure(postgres, one, { pairs, run, folder });
  } finally {
    await postgres.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** They are made again afterwards, which is quicker. */
function dropIndexes(postgres: Postgres): void {
  const names = postgres.rows(
    `SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'deploytrack_rows' AND indexname NOT LIKE '%_pkey'`,
  );
  for (const { name } of names) postgres.rows(`DROP INDEX deploytrack_rows.${String(name)}`);
}

function fill(postgres: Postgres, size: Parameters<typeof fillStatements>[0]): void {
  for (const statement of fillStatements(size)) {
    const table = /INSERT INTO deploytrack_rows\.(\w+)/.exec(statement)?.[1] ?? '';
    timedAs(table, () => postgres.rows(statement));
  }
}

function analyze(postgres: Postgres): void {
  timedAs('analyze', () => postgres.rows('VACUUM ANALYZE'));
  const sizes = postgres.rows(
    `SELECT pg_size_pretty(sum(pg_table_size(oid))) AS rows, pg_size_pretty(sum(pg_indexes_size(oid))) AS indexes
     FROM pg_class WHERE relkind = 'r' AND relnamespace = 'deploytrack_rows'::regnamespace`,
  );
  say(`rows ${sizes[0]?.rows}, indexes ${sizes[0]?.indexes}`);
}

function timedAs(name: string, work: () => unknown): void {
  const began = performance.now();
  work();
  say(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** In turns, so that another load of the machine concerns both. */
async function measure(
  postgres: Postgres,
  asked: Asked,
  {
    pairs,
    run,
    folder,
  }: {
    pairs: number;
    folder: string;
    run: (words: readonly string[]) => { status: number | null; stderr: Buffer };
  },
): Promise<void> {
  const statements = await statementsOf(postgres.url, asked);
  const file = join(folder, 'same.sql');
  writeFileSync(file, statements.map((one) => `${one};\n`).join(''));
  const psql = () =>
    spawnSync('psql', [
      '-X',
      '-q',
      '-A',
      '-t',
      '-v',
      'ON_ERROR_STOP=1',
      '-o',
      '/dev/null',
      '-f',
      file,
      postgres.url,
    ]);
  const [ours, theirs] = [[] as number[], [] as number[]];
  for (let pair = 0; pair <= pairs; pair += 1) {
    const one = timed(() => run(asked.words));
    const other = timed(psql) + timed(() => spawnSync(process.execPath, ['-e', '0']));
    // The first pair warms the caches.
    if (pair > 0) [ours.push(one), theirs.push(other)];
  }
  const ratio = median(ours.map((one, at) => one / (theirs[at] ?? 1)));
  const times = `${median(ours).toFixed(0)} ms, psql and node ${median(theirs).toFixed(0)} ms`;
  say(`${asked.name}: ${ratio.toFixed(2)} (${times}); ${readsText(postgres, statements)}`);
}

/** The most rows that a statement looks at in one table, and the tables that are read as a whole. */
function readsText(postgres: Postgres, statements: readonly string[]): string {
  const reads = statements.flatMap((one) => readsOf(explained(postgres, one)));
  const whole = reads
    .filter(({ how, rows }) => how.endsWith('Seq Scan') && rows > 0)
    .map(({ table }) => table);
  const most = reads.reduce((one, other) => (other.rows > one.rows ? other : one), {
    table: '-',
    how: '',
    rows: 0,
  });
  const scans = whole.length === 0 ? 'no Seq Scan' : `SEQ SCAN of ${[...new Set(whole)].join(', ')}`;
  return `${scans}, most rows: ${most.rows} of ${most.table} by ${most.how}`;
}

function explained(postgres: Postgres, statement: string): string {
  const end = spawnSync(
    'psql',
    [
      '-X',
      '-q',
      '-A',
      '-t',
      '-v',
      'ON_ERROR_STOP=1',
      '-c',
      `EXPLAIN (ANALYZE, FORMAT JSON) ${statement}`,
      postgres.url,
    ],
    { encoding: 'utf8', maxBuffer: 64e6 },
  );
  if (end.status !== 0) throw new Error(`${statement}: ${end.stderr}`);
  return end.stdout;
}

function timed(work: () => { status: number | null; stderr: Buffer }): number {
  const began = performance.now();
  const { status, stderr } = work();
  // 1: a budget is spent, or a phase is slower.
  if (status !== 0 && status !== 1) throw new Error(String(stderr));
  return performance.now() - began;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
