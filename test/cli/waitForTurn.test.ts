import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { endOf, newProgram, startDeployment } from '../support/program.ts';
import { freePort } from '../support/server.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Far less than the time for which the ledger is locked. */
const impatient = { DEPLOYTRACK_LEDGER_TIMEOUT: '50ms' };
const heldMs = 2000;

/** Locks the ledger for a while, longer than the ledger timeout. */
function holdForAWhile(ledger: string): void {
  const holder = new Database(ledger);
  holder.exec('BEGIN IMMEDIATE');
  setTimeout(() => holder.close(), heldMs);
}

test.each([[['--wait', '50s']], [['--exclusive', '--wait', '50s']]])(
  'start %j waits for a locked ledger too, up to its own limit',
  async (words) => {
    const program = newProgram({ env: impatient });
    const before = await startDeployment(program);
    await program.quiet(['finish', '--id', before]);
    holdForAWhile(program.ledger);
    const id = await startDeployment(program, ...words);
    expect(
      program.rows('SELECT deployment_status AS status FROM deployment_metrics WHERE deployment_id = ?', id),
    ).toEqual([{ status: 'in-progress' }]);
    expect(program.journals()).toBe('');
  },
);

test('start --exclusive without --wait fails if the ledger is locked, and changes nothing', async () => {
  const program = newProgram({ env: impatient });
  await program.quiet(['finish', '--id', await startDeployment(program)]);
  const holder = new Database(program.ledger);
  holder.exec('BEGIN IMMEDIATE');
  const words = ['start', '--deployment', 'app', '--version', '2', '--exclusive'];
  const end = await program.run(words);
  holder.close();
  expect([end.code, end.stdout]).toEqual([1, 'none\n']);
});

test('push --wait waits for a locked ledger up to its own limit', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const program = newProgram({ env: { ...impatient, PUSHGATEWAY_URL: nobody } });
  await program.run(['start', '--deployment', 'app', '--version', '1']);
  holdForAWhile(program.ledger);
  const end = await endOf(program.spawn(['push', '--wait', '5s']));
  // The ledger was available in time: only the gateway failed.
  expect([end.code, end.stderr]).toEqual([1, expect.stringContaining('connection refused')]);
});
