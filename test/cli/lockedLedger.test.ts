import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { saysFirst } from '../child/front.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { endOf, newProgram, type Program, startDeployment } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

/** How another process, here the test itself, locks the ledger; the returned function releases the lock. */
const locks: Record<string, (ledger: string) => () => void> = {
  'a write transaction': (ledger) => hold(ledger, 'BEGIN IMMEDIATE'),
  'an exclusive transaction': (ledger) => hold(ledger, 'BEGIN EXCLUSIVE'),
  'the whole file': (ledger) =>
    hold(ledger, 'PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; DELETE FROM warnings; COMMIT'),
};

describe.each(Object.entries(locks))('While another process holds %s', (_, lock) => {
  test('a mark waits for a locked ledger, warns once, is saved to the journal, and the next command imports it', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '300ms' } });
    const id = await startDeployment(program);
    const release = lock(program.ledger);
    const end = await program.run(['extract', '--id', id, '--', 'sh', '-c', 'echo ran; exit 3']);
    expect([end.code, end.stdout]).toEqual([3, 'ran\n']);
    expect(end.stderr).toMatch(
      /^deploytrack: warning: the ledger [^\n]* is locked by another process; the mark was saved to [^\n]*\.journal; [^\n]*\ndeploytrack: hint: [^\n]+\n$/,
    );
    // A command that takes some time is also recorded as running, so its start may come first.
    expect(JSON.parse(program.journals().trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      kind: 'phase-end',
      stage: 'extract',
      deploymentId: id,
    });
    release();
    await program.quiet(['phase', 'start', 'next', '--id', id]);
    await program.quiet(['phase', 'end', 'next', '--id', id]);
    expect(stages(program)).toEqual([
      ['extract', 'failed', 3],
      ['next', 'success', null],
    ]);
  });

  test('all marks made while the ledger is locked are imported once, in order, with their own durations', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '300ms' } });
    const id = await startDeployment(program);
    const release = lock(program.ledger);
    for (const words of [
      ['phase', 'start', 'extract'],
      ['phase', 'end', 'extract'],
    ]) {
      oneWarningWithHint(await program.run([...words, '--id', id]));
    }
    expect((await program.run(['migrate', '--id', id, '--try', '--', 'false'])).code).toBe(1);
    oneWarningWithHint(await program.run(['migrate', '--id', id, '--', 'true']));
    oneWarningWithHint(await program.run(['finish', '--id', id, '--notes', 'through the journal']));
    release();
    await program.quiet(['history']);
    const once = program.rows('SELECT * FROM totals');
    await program.quiet(['history']);
    await program.quiet(['finish', '--id', id]);
    expect(program.rows('SELECT * FROM totals')).toEqual(once);
    expect(stages(program)).toEqual([
      ['extract', 'success', null],
      ['migration', 'failed', 1],
      ['migration', 'success', 0],
    ]);
    const [row] = program.rows(
      'SELECT deployment_status AS status, notes, extract_duration AS extract FROM deployment_metrics',
    );
    expect(row).toEqual({ status: 'success', notes: 'through the journal', extract: expect.any(Number) });
    expect(row?.extract).toBeGreaterThan(0);
    expect(
      program.rows("SELECT value FROM totals WHERE family = 'deployment_total' AND labels = '[\"success\"]'"),
    ).toEqual([{ value: 1 }]);
  });
});

describe('While the ledger is locked', () => {
  const lock = (ledger: string) => hold(ledger, 'BEGIN EXCLUSIVE');

  test('--strict gives an exit code to a mark that only the journal has', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '300ms' } });
    const id = await startDeployment(program);
    const release = lock(program.ledger);
    expect((await program.run(['phase', 'start', 'x', '--id', id, '--strict'])).code).toBe(1);
    expect((await program.run(['extract', '--id', id, '--strict', '--', 'true'])).code).toBe(1);
    expect((await program.run(['extract', '--id', id, '--strict', '--', 'sh', '-c', 'exit 9'])).code).toBe(9);
    release();
    expect((await program.run(['phase', 'start', 'y', '--id', id, '--strict'])).code).toBe(0);
    expect(stages(program).map(([stage]) => stage)).toEqual(['x', 'extract', 'extract', 'y']);
  });

  test.each([
    { words: ['finish'], command: [] },
    { words: ['finish', '--wait', '1s'], command: [] },
    { words: ['phase', 'end', 'x'], command: [] },
    { words: ['extract'], command: ['--', 'sh', '-c', 'sleep 0.2'] },
    { words: ['smoke', 'login', '--passed'], command: [] },
    { words: ['health', '--check-type', 'port', '--any-version'], command: ['--', 'true'] },
    { words: ['cost', 'vm', '1'], command: [] },
  ])(
    'a locked ledger gives one warning: $words with a gateway and a textfile',
    async ({ words, command }) => {
      const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '300ms' } });
      const id = await startDeployment(program);
      const release = lock(program.ledger);
      const sinks = ['--gateway', 'http://127.0.0.1:1', '--textfile', program.folder];
      const end = await program.run([...words, '--id', id, ...sinks, ...command]);
      release();
      expect(oneWarningWithHint(end)).toContain('the mark was saved to');
    },
  );

  test('`finish --wait` waits for the ledger too, and pushes marks that were saved to the journal', async () => {
    const gateway = await startGateway();
    onTestFinished(() => gateway.stop());
    const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url } });
    const id = await startDeployment(program);
    const release = lock(program.ledger);
    const finished = program.run(['finish', '--id', id, '--ledger-timeout', '200ms', '--wait', '30s']);
    await eventually(() => (program.journals() === '' ? undefined : true), {
      what: 'the mark in the journal',
    });
    release();
    expect(oneWarningWithHint(await finished)).toContain('the mark was saved to');
    expect(await gateway.value('deployment_total', { deployment: 'app', status: 'success' })).toBe(1);
  });

  test('`start` and `run` warn once about a locked ledger, even if they look for other deployments first', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '300ms' } });
    await startDeployment(program);
    const release = lock(program.ledger);
    const named = ['--deployment', 'app', '--version', '2', '--gateway', 'http://127.0.0.1:1'];
    for (const words of [
      ['start', ...named],
      ['start', '--take-over', ...named],
      ['run', ...named, '--', 'true'],
    ])
      oneWarningWithHint(await program.run(words));
    release();
  });

  test('a mark that waited for less than its limit does not shorten the wait of the next marks', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '20s' } });
    const id = await startDeployment(program);
    const release = lock(program.ledger);
    const waiting = program.run(['phase', 'start', 'x', '--id', id]);
    await eventually(() => (stages(program).length === 0 ? true : undefined));
    release();
    expect(await waiting).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(`${program.ledger}.locked`)).toBe(false);
  });

  test('marks after the first one wait shorter until the ledger is available again', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '5s' } });
    const id = await startDeployment(program);
    const timed = async () => {
      const began = performance.now();
      await program.run(['phase', 'start', 'x', '--id', id]);
      return performance.now() - began;
    };
    const release = lock(program.ledger);
    const first = await timed();
    const second = await timed();
    expect(first).toBeGreaterThan(5000);
    expect(second).toBeLessThan(first / 2);
    release();
    await timed();
    const again = lock(program.ledger);
    expect(await timed()).toBeGreaterThan(5000);
    again();
  });

  test('a lock that is released in time gives no warning', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '30s' } });
    const id = await startDeployment(program);
    const release = lock(program.ledger);
    const child = program.spawn(['extract', '--id', id, '--', 'sh', '-c', 'echo ran']);
    const ended = endOf(child);
    await saysFirst(child, 'ran');
    release();
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
    expect([stages(program), program.journals()]).toEqual([[['extract', 'success', 0]], '']);
  });
});

test('start prints its ID even if the ledger is locked, and the deployment is complete afterwards', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '300ms' } });
  await startDeployment(program, '--environment', 'staging');
  const release = hold(program.ledger, 'BEGIN EXCLUSIVE');
  const begun = await program.run(['start', '--deployment', 'app', '--version', '2']);
  oneWarningWithHint(begun);
  release();
  await program.quiet(['extract', '--id', begun.stdout.trim(), '--', 'true']);
  await program.quiet(['finish', '--id', begun.stdout.trim()]);
  expect(
    program.rows("SELECT deployment_status AS status FROM deployment_metrics WHERE version = '2'"),
  ).toEqual([{ status: 'success' }]);
});

test('a signal during the wait of a mark ends the command as it would without deploytrack', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '1s' } });
  const id = await startDeployment(program);
  const release = hold(program.ledger, 'BEGIN EXCLUSIVE');
  const child = program.spawn(['extract', '--id', id, '--', 'sh', '-c', 'echo ran; kill -TERM $$']);
  const end = await endOf(child);
  expect([end.code, end.signal]).toEqual([null, 'SIGTERM']);
  release();
  await program.quiet(['history']);
  expect(program.rows('SELECT signal FROM deployment_stages')).toEqual([{ signal: 'SIGTERM' }]);
});

function hold(ledger: string, statements: string): () => void {
  const database = new Database(ledger, { timeout: 5000 });
  database.exec(statements);
  return () => {
    if (database.inTransaction) database.exec('ROLLBACK');
    database.close();
  };
}

function stages(program: Program): unknown[][] {
  return program
    .rows('SELECT stage, status, exit_code FROM deployment_stages ORDER BY rowid')
    .map((row) => Object.values(row));
}
