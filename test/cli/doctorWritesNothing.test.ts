import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { newProgram, type Program, startDeployment } from '../support/program.ts';

/** The whole content as SQL, whether it is in the file or only in its log. */
const content = (program: Program) =>
  execFileSync('sqlite3', ['-readonly', program.ledger, '.dump', 'PRAGMA user_version'], {
    encoding: 'utf8',
  });

test('doctor names the marks that wait in a journal and who imports them, but does not import them', async () => {
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

test('doctor does not migrate an older ledger, but names the command that does and exits with 1', async () => {
  const program = newProgram();
  await startDeployment(program);
  const database = new Database(program.ledger);
  database.exec(
    'DROP TABLE store_rows; DROP TABLE store_state; DROP TABLE rollups; DROP TABLE gate_decisions; ALTER TABLE deployment_stages DROP COLUMN caller; DROP TABLE processes; CREATE TABLE processes (pid); PRAGMA user_version = 3',
  );
  database.close();
  const before = content(program);
  const { code, stdout } = await program.run(['doctor']);
  expect([code, stdout]).toEqual([
    1,
    expect.stringMatching(/^WRONG +.*older schema.*\(hint: run `deploytrack init` to migrate it\)$/m),
  ]);
  expect(content(program)).toBe(before);
});

test('doctor stores none of its own warnings and creates neither ledger nor folder', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_GATEWAY_TIMEOUT: 'never' } });
  await program.run(['doctor']);
  expect(existsSync(program.ledger)).toBe(false);
  await startDeployment(program).catch(() => {});
  const before = program.rows('SELECT * FROM warnings');
  await program.run(['doctor']);
  expect(program.rows('SELECT * FROM warnings')).toEqual(before);
});
