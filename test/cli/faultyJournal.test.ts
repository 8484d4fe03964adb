import { writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { newProgram, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 30_000 });

test('all marks saved while a table of the ledger is missing are recorded when the table is back', async () => {
  const program = newProgram();
  const id = await startDeployment(program);
  const mark = (stage: string) => program.run(['phase', 'record', stage, '--duration', '1s', '--id', id]);
  const change = (sql: string) => {
    const database = new Database(program.ledger);
    database.exec(sql);
    database.close();
  };
  change('ALTER TABLE totals RENAME TO totals_away');
  for (const stage of ['first', 'second', 'third']) {
    const end = await mark(stage);
    expect([end.code, end.stderr]).toEqual([0, expect.stringContaining('the mark was saved to')]);
  }
  change('ALTER TABLE totals_away RENAME TO totals');
  expect(await mark('fourth')).toMatchObject({ code: 0, stderr: '' });
  expect(
    program.rows('SELECT stage FROM deployment_stages ORDER BY stage').map(({ stage }) => stage),
  ).toEqual(['first', 'fourth', 'second', 'third']);
});

test('a journal with many invalid lines gives one warning, once, and costs only the time to read it', async () => {
  const program = newProgram();
  const id = await startDeployment(program);
  const lines = 20_000;
  writeFileSync(`${program.ledger}.journal`, '{"kind":"x"}\n'.repeat(lines), { mode: 0o600 });
  const mark = () => program.run(['phase', 'record', 'x', '--duration', '1s', '--id', id]);
  const end = await mark();
  expect(end.code).toBe(0);
  expect(end.stderr.match(/were ignored: they are not marks/g)).toHaveLength(1);
  expect(end.stderr).toContain(`${lines} lines`);
  expect(await mark()).toMatchObject({ code: 0, stderr: '' });
});
