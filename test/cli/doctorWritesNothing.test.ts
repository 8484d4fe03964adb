import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { newProgram, type Program, startDeployment } from '../support/program.ts';

/** The whole content as SQL, whatever stands in the file and what in its log. */
const content = (program: Program) =>
  execFileSync('sqlite3', ['-readonly', program.ledger, '.dump', 'PRAGMA user_version'], {
    encoding: 'utf8',
  });

test('doctor takes in no mark that waits in a journal: it names it, and who takes it in.', async () => {
  const program = newProgram();
  const id = await startDeployment(program);
  const lock = new Database(program.ledger);
  onTestFinished(() => void lock.close());
  lock.exec('BEGIN IMMEDIATE');
  await program.run(['phase', 'start', 'extract', '--id', id, '--ledger-timeout', '20ms']);
  lock.exec('ROLLBACK');
  const [before, waiting] = [content(program), readFileSync(`${program.ledger}.journal`)];
  const { stdout } = await program.run(['doctor']);
  expect(stdout).toMatch(/^ok +1 mark waits in .*\.journal \(.+\)$/m);
  expect(content(program)).toBe(before);
  expect(readFileSync(`${program.ledger}.journal`)).toEqual(waiting);
  await program.run(['history']);
  expect(program.rows('SELECT stage FROM deployment_stages')).toEqual([{ stage: 'extract' }]);
});

test('doctor migrates no older ledger: it names the command that does, and exits 1.', async () => {
  const program = newProgram();
  await startDeployment(program);
  const database = new Database(program.ledger);
  database.exec('DROP TABLE processes; CREATE TABLE processes (pid); PRAGMA user_version = 3');
  database.close();
  const before = content(program);
  const { code, stdout } = await program.run(['doctor']);
  expect([code, stdout]).toEqual([
    1,
    expect.stringMatching(/^WRONG +.*older schema.*\(hint: run `deploytrack init` to migrate it\)$/m),
  ]);
  expect(content(program)).toBe(before);
});

test('doctor keeps none of its own warnings, and makes no ledger and no folder.', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_GATEWAY_TIMEOUT: 'never' } });
  await program.run(['doctor']);
  expect(existsSync(program.ledger)).toBe(false);
  await startDeployment(program).catch(() => {});
  const before = program.rows('SELECT * FROM warnings');
  await program.run(['doctor']);
  expect(program.rows('SELECT * FROM warnings')).toEqual(before);
});
