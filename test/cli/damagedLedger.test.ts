import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { serve } from '../support/serve.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Writes random bytes over the root page of a table. */
function damage(ledger: string, table: string): void {
  const database = new Database(ledger);
  database.pragma('wal_checkpoint(TRUNCATE)');
  const page = database
    .prepare('SELECT rootpage FROM sqlite_master WHERE name = ?')
    .pluck()
    .get(table) as number;
  const size = database.pragma('page_size', { simple: true }) as number;
  database.close();
  const file = openSync(ledger, 'r+');
  writeSync(file, randomFillSync(Buffer.alloc(size)), 0, size, (page - 1) * size);
  closeSync(file);
}

async function deployed(): Promise<Program> {
  const program = newProgram();
  const id = await startDeployment(program);
  await program.quiet(['finish', '--id', id]);
  return program;
}

describe('A damaged ledger', () => {
  test('every command that reads a damaged ledger says so, says how to save it, and exits with 1', async () => {
    const program = await deployed();
    damage(program.ledger, 'deployment_metrics');
    for (const words of [
      ['show'],
      ['stats'],
      ['stats', '--budget'],
      ['stats', '--by', 'version'],
      ['history', '--json'],
      ['compare', '1', '2'],
      ['report', '--since', '7d'],
      ['report', '--out', 'page.html'],
      ['export'],
      ['export', '--out', 'all.jsonl'],
      ['rules', '--backtest', '9d'],
    ]) {
      const end = await program.run(words);
      expect([words, end.code, end.stdout]).toEqual([words, 1, '']);
      expect(end.stderr).toMatch(
        /^deploytrack: error: the ledger \S+ is damaged: [^\n]*\ndeploytrack: hint: [^\n]*doctor --repair[^\n]*\n$/,
      );
      expect(end.stderr).not.toMatch(/internal error/);
    }
  });

  test('a mark that meets the damage is saved to the journal, and start still prints its ID', async () => {
    const program = await deployed();
    damage(program.ledger, 'deployment_metrics');
    const before = readFileSync(program.ledger);
    const begun = await program.run(['start', '--deployment', 'app', '--version', '2']);
    expect(oneWarningWithHint(begun)).toMatch(/is damaged: .*; the mark was saved to \S+\.journal/);
    const id = begun.stdout.trim();
    for (const words of [['phase', 'record', 'x', '--duration', '1s'], ['finish']])
      expect(oneWarningWithHint(await program.run([...words, '--id', id]))).toMatch(
        /is damaged: .*; the mark was saved to/,
      );
    expect(program.journals().trimEnd().split('\n')).toHaveLength(3);
    expect(readFileSync(program.ledger).equals(before)).toBe(true);
  });

  test('doctor finds the damage and writes nothing into the ledger', async () => {
    const program = await deployed();
    damage(program.ledger, 'deployment_stages');
    const { code, stdout } = await program.run(['doctor']);
    const wrong = stdout.split('\n').filter((line) => line.startsWith('WRONG'));
    expect([code, wrong.length]).toEqual([1, 1]);
    expect(wrong[0]).toMatch(/is damaged: [^*]+ \(.*doctor --repair/);
  });

  test('a running server responds with 503 and the reason if its ledger is damaged', async () => {
    const program = await deployed();
    const served = await serve({ program });
    damage(program.ledger, 'deployment_metrics');
    for (const path of ['/api/deployments?limit=1', '/health?limit=77']) {
      const answer = await fetch(served.url + path);
      expect([answer.status, await answer.text()]).toEqual([503, expect.stringMatching(/is damaged: /)]);
    }
  });

  test('a ledger without a valid SQLite header is reported as damaged', async () => {
    const program = newProgram();
    writeFileSync(
      program.ledger,
      Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8000, 0xee)]),
    );
    const end = await program.run(['stats', '--budget']);
    expect([end.code, end.stdout]).toEqual([1, '']);
    expect(end.stderr).toMatch(/is damaged: file is not a database/);
  });
});

describe('A copy of the ledger file alone', () => {
  test('a copy made during the first open deployment is a ledger with that deployment', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const copy = join(program.folder, 'copy.db');
    writeFileSync(copy, readFileSync(program.ledger));
    const said = JSON.parse((await program.run(['history', '--json', '--ledger', copy])).stdout);
    expect(said.map((one: { deployment_id: string }) => one.deployment_id)).toEqual([id]);
  });

  test('a copy made after init is a valid ledger and does not look empty', async () => {
    const program = newProgram();
    await program.run(['init']);
    const copy = join(program.folder, 'copy.db');
    writeFileSync(copy, readFileSync(program.ledger));
    expect(await program.run(['history', '--json', '--ledger', copy])).toMatchObject({
      code: 0,
      stdout: '[]\n',
      stderr: '',
    });
  });
});
