import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { newProgram, type Program } from '../support/program.ts';
import { inLanes, median, type Stage } from './stage.ts';

const writers = 8;

export const million: Stage = {
  name: 'million',
  about: 'a ledger of a million rows under eight writers and a reader',
  limitMinutes: { quick: 1, full: 5 },
  async run({ isQuick, say }) {
    const wanted = isQuick ? 50_000 : 1_000_000;
    const marks = isQuick ? 5 : 25;
    const [small, large] = [await made(0), await made(wanted)] as const;
    try {
      say(`   ${large.rows} rows`);
      // In turns, so that another load of this machine concerns both.
      const rounds = isQuick ? 1 : 3;
      const [smallMs, largeMs, readMs, wrong]: [number[], number[], number[], string[]] = [[], [], [], []];
      for (let round = 0; round < rounds; round += 1)
        for (const [one, into] of [
          [small, smallMs],
          [large, largeMs],
        ] as const) {
          const ended = await written(one.program, { round, marks });
          into.push(...ended.markMs);
          if (one === large) readMs.push(...ended.readMs);
          wrong.push(...ended.wrong);
        }
      for (const { program } of [small, large]) wrong.push(...lost(program, rounds * writers * marks));
      wrong.push(...(await planned(large)));
      const ratio = median(largeMs) / median(smallMs);
      const result = [
        `${wrong.length} lost or wrong`,
        `a mark takes ${ratio.toFixed(2)} times as long as in a small ledger (median ${Math.round(median(largeMs))} ms, longest ${(Math.max(...largeMs) / 1000).toFixed(1)} s)`,
        `\`stats\` and \`history\` take ${(median(readMs) / 1000).toFixed(1)} s meanwhile`,
      ];
      const tried = `${large.rows.toLocaleString('en')} rows, ${writers} writers, ${rounds * writers * marks} marks`;
      return { found: [{ what: 'size: rows of a ledger', tried, result: result.join('; ') }], broken: wrong };
    } finally {
      for (const { program } of [small, large]) rmSync(program.folder, { recursive: true, force: true });
    }
  },
};

/** One real deployment with five phases, and copies of its rows with other times before it. */
async function made(wanted: number): Promise<{ program: Program; rows: number; deployments: number }> {
  const program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1' } });
  await program.quiet(['start', '--id', 'first']);
  for (let phase = 0; phase < 5; phase += 1)
    await program.quiet(['phase', 'record', `p${phase}`, '--id', 'first', '--duration', '2s']);
  await program.quiet(['finish', '--id', 'first']);
  const database = new Database(program.ledger);
  const copies = Math.ceil(wanted / 6);
  if (copies > 0) database.transaction(() => copy(database, copies))();
  database.pragma('wal_checkpoint(TRUNCATE)');
  const count = (table: string) => Number(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  const deployments = count('deployment_metrics');
  const rows = deployments + count('deployment_stages');
  database.close();
  return { program, rows, deployments };
}

function copy(database: Database.Database, copies: number): void {
  const earlier = (column: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, '-' || n || ' minutes')`;
  const changed: Readonly<Record<string, string>> = {
    deployment_id: "deployment_id || '-' || n",
    run_id: "run_id || '-' || n",
    deployment_started_at: earlier('deployment_started_at'),
    deployment_completed_at: earlier('deployment_completed_at'),
    started_at: earlier('started_at'),
    ended_at: earlier('ended_at'),
  };
  for (const table of ['deployment_metrics', 'deployment_stages']) {
    const columns = (database.pragma(`table_info(${table})`) as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => name !== 'id');
    const values = columns.map((name) => changed[name] ?? name);
    database
      .prepare(
        `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
         INSERT INTO ${table} (${columns.join()}) SELECT ${values.join()} FROM numbers, ${table} WHERE deployment_id = 'first'`,
      )
      .run(copies);
  }
}

/** Eight scripts at once, while another process reads reports. */
async function written(program: Program, { round, marks }: { round: number; marks: number }) {
  const [markMs, readMs, wrong]: [number[], number[], string[]] = [[], [], []];
  const run = async (args: readonly string[], into: number[] | null) => {
    const beganMs = performance.now();
    const end = await program.run(args);
    into?.push(performance.now() - beganMs);
    if (end.code !== 0) wrong.push(`${args.join(' ')}: ${end.code} ${end.stderr}`);
  };
  let isWriting = true;
  const reading = (async () => {
    while (isWriting) for (const word of ['stats', 'history']) await run([word], readMs);
  })();
  const names = Array.from({ length: writers }, (_, number) => `w${round}-${number}`);
  await inLanes(names, writers, async (id) => {
    await run(['start', '--id', id], null);
    for (let mark = 0; mark < marks; mark += 1)
      await run(['phase', 'record', `m${mark}`, '--id', id, '--duration', '1s'], markMs);
    await run(['finish', '--id', id], null);
  });
  isWriting = false;
  await reading;
  return { markMs, readMs, wrong };
}

function lost(program: Program, wanted: number): string[] {
  const [found] = program.rows(
    "SELECT count(*) AS n, count(DISTINCT deployment_id || stage) AS d FROM deployment_stages WHERE stage GLOB 'm[0-9]*'",
  );
  const [check] = program.rows('PRAGMA quick_check');
  return [
    ...(found?.n === wanted && found?.d === wanted ? [] : [`${found?.n} of ${wanted} marks`]),
    ...(check?.quick_check === 'ok' ? [] : [`quick_check ${check?.quick_check}`]),
  ];
}

/** Nearly all of them are older than a day. */
async function planned({
  program,
  deployments,
}: {
  program: Program;
  deployments: number;
}): Promise<string[]> {
  const end = await program.run(['prune', '--keep', '1d', '--dry-run', '--json']);
  if (end.code !== 0) return [`prune --dry-run: ${end.code} ${end.stderr}`];
  const { deleted } = JSON.parse(end.stdout) as { deleted: { deployments: number } };
  return deleted.deployments > deployments / 2
    ? []
    : [`prune --dry-run: ${deleted.deployments} of ${deployments}`];
}
