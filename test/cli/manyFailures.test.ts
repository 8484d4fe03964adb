import Database from 'better-sqlite3';
import { beforeAll, expect, test } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';

let program: Program;

beforeAll(async () => {
  program = newProgram();
  await program.run(['run', '--deployment', 'app', '--version', '1', '--id', 'd0', '--', 'false']);
  const database = new Database(program.ledger);
  const columns = (table: string) =>
    (database.pragma(`table_info(${table})`) as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => name !== 'id');
  const shifted: Record<string, string> = {
    deployment_id: "'d' || n",
    ...Object.fromEntries(
      ['deployment_started_at', 'deployment_completed_at', 'at'].map((name) => [
        name,
        `strftime('%Y-%m-%dT%H:%M:%fZ', ${name}, '-' || n || ' minutes')`,
      ]),
    ),
  };
  for (const table of ['deployment_metrics', 'error_budget_events']) {
    const names = columns(table);
    database.exec(
      `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 29)
       INSERT INTO ${table} (${names.join(', ')}) SELECT ${names.map((name) => shifted[name] ?? name).join(', ')} FROM ${table}, numbers`,
    );
  }
  database.close();
});

test('report lists the newest 20 failures and counts the others, and as JSON all', async () => {
  const text = await program.quiet(['report', '--since', '7d']);
  const listed = [...text.matchAll(/ (d\d+) /g)].map(([, id]) => id);
  expect(listed).toEqual(Array.from({ length: 20 }, (_, index) => `d${index}`));
  expect(text).toContain('\n\nand 10 earlier ones; --json lists all');
  expect(JSON.parse(await program.quiet(['report', '--since', '7d', '--json'])).bad).toHaveLength(30);
});

test('stats --budget lists the newest 20 events, the newest first, and counts the others, and as JSON all', async () => {
  const { stdout: text } = await program.run(['stats', '--budget']);
  const listed = [...text.matchAll(/ (d\d+)$/gm)].map(([, id]) => id);
  expect(listed).toEqual(Array.from({ length: 20 }, (_, index) => `d${index}`));
  expect(text).toMatch(/\nand 10 earlier ones; --json lists all\n$/);
  const { stdout } = await program.run(['stats', '--budget', '--json']);
  expect(JSON.parse(stdout).budgets[0].events).toHaveLength(30);
});
