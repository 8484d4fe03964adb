import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';
import { weakened } from './weakened.ts';

vi.setConfig({ testTimeout: 30_000 });

/** What is in place of the ledger, and what the message says about it. */
const obstacles: Record<string, { make: (program: Program) => void; says: RegExp }> = {
  'a folder': { make: ({ ledger }) => mkdirSync(ledger), says: /is a folder/ },
  'a text file': {
    make: ({ ledger }) => writeFileSync(ledger, 'notes of mine, nothing for a program\n'),
    says: /is not a ledger of deploytrack: it is not an SQLite database/,
  },
  'the database of another program': {
    make: ({ ledger }) => sql(ledger, 'CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)'),
    says: /is not a ledger of deploytrack: it is the database of another program/,
  },
  'a ledger of a newer version': {
    make: ({ ledger }) =>
      sql(ledger, 'PRAGMA application_id = 1146376779; PRAGMA user_version = 99; CREATE TABLE a (b)'),
    says: /was written by a newer deploytrack/,
  },
  'a damaged ledger': {
    make: ({ ledger }) =>
      writeFileSync(ledger, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8000, 0xee)])),
    says: /is damaged: file is not a database/,
  },
};

describe.each(Object.entries(obstacles))('%s in place of the ledger', (_, { make, says }) => {
  test('wrapped commands keep their exit codes if the ledger is unusable, and each mark goes to the journal with one warning', async () => {
    const program = newProgram();
    make(program);
    const before = fingerprint(program.ledger);
    const wrapped = await program.run(['extract', '--id', 'd', '--', 'sh', '-c', 'echo ran; exit 3']);
    expect([wrapped.code, wrapped.stdout]).toEqual([3, 'ran\n']);
    expect(wrapped.stderr).toMatch(says);
    expect(wrapped.stderr).toMatch(
      /^deploytrack: warning: [^\n]*the mark was saved to [^\n]*\ndeploytrack: hint: [^\n]+\n$/,
    );
    for (const words of [['phase', 'start', 'x'], ['phase', 'end', 'x'], ['finish']]) {
      const line = oneWarningWithHint(await program.run([...words, '--id', 'd']));
      expect(line).toMatch(says);
    }
    expect(kinds(program)).toEqual(['phase-end', 'phase-start', 'phase-end', 'finish']);
    expect(fingerprint(program.ledger)).toBe(before);
  });

  test('start prints an ID and run runs its script if the ledger is unusable', async () => {
    const program = newProgram();
    make(program);
    const begun = await program.run(['start', '--deployment', 'app', '--version', '1']);
    expect(oneWarningWithHint(begun)).toMatch(says);
    expect(begun.stdout).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}\n$/);
    const words = [
      'run',
      '--deployment',
      'app',
      '--version',
      '1',
      '--',
      'sh',
      '-c',
      'echo $DEPLOYTRACK_ID; exit 4',
    ];
    const run = await program.run(words);
    expect(run.code).toBe(4);
    expect(run.stdout).toMatch(/^\d{8}T/);
    expect(kinds(program)).toEqual(['start', 'start', 'finish']);
  });

  test('--strict gives exit code 1 if the ledger is unusable, unless the command itself failed', async () => {
    const program = newProgram();
    make(program);
    const words = ['extract', '--id', 'd', '--strict', '--', 'sh', '-c'];
    expect((await program.run([...words, 'exit 0'])).code).toBe(1);
    expect((await program.run([...words, 'exit 3'])).code).toBe(3);
    expect((await program.run(['phase', 'start', 'x', '--id', 'd', '--strict'])).code).toBe(1);
    expect(kinds(program)).toHaveLength(3);
  });

  test('start --exclusive fails and changes nothing if the ledger is unusable', async () => {
    const program = newProgram();
    make(program);
    const end = await program.run(['start', '--deployment', 'app', '--version', '1', '--exclusive']);
    expect([end.code, end.stdout]).toEqual([1, 'none\n']);
    expect(end.stderr).toMatch(/^deploytrack: error: [^\n]+\n(deploytrack: hint: [^\n]+\n)?$/);
    expect(kinds(program)).toEqual([]);
  });

  test('reading commands print one line and exit with 1 if the ledger is unusable', async () => {
    const program = newProgram();
    make(program);
    for (const words of [['stats'], ['history'], ['show']]) {
      const end = await program.run(words);
      expect([end.code, end.stdout]).toEqual([1, '']);
      expect(end.stderr).toMatch(/^deploytrack: error: [^\n]+\ndeploytrack: hint: [^\n]+\n$/);
    }
    expect((await program.run(['doctor'])).code).toBe(1);
  });
});

test('marks that waited for an unusable ledger are imported once and in order', async () => {
  const program = newProgram();
  writeFileSync(program.ledger, 'in the way');
  const begun = await program.run(['start', '--deployment', 'app', '--version', '1']);
  const id = begun.stdout.trim();
  await program.run(['phase', 'start', 'extract', '--id', id]);
  await program.run(['phase', 'end', 'extract', '--id', id]);
  await program.run(['migrate', '--id', id, '--', 'sh', '-c', 'exit 3']);
  await program.run(['finish', '--id', id]);
  writeFileSync(program.ledger, '');
  expect(JSON.parse(await program.quiet(['history', '--json']))).toHaveLength(1);
  await program.quiet(['history']);
  expect(
    program.rows('SELECT deployment_status AS status, error_message AS error FROM deployment_metrics'),
  ).toEqual([{ status: 'failed', error: 'phase migration: exit code 3' }]);
  expect(program.rows('SELECT stage, status FROM deployment_stages ORDER BY rowid')).toEqual([
    { stage: 'extract', status: 'success' },
    { stage: 'migration', status: 'failed' },
  ]);
  expect(
    program.rows("SELECT value FROM totals WHERE family = 'deployment_total' AND labels = '[\"failure\"]'"),
  ).toEqual([{ value: 1 }]);
});

describe('Accounts without write permission', () => {
  test('an account that may not create the ledger saves its marks to the fallback journal', async () => {
    const program = newProgram();
    const folder = join(program.folder, 'state');
    mkdirSync(folder, { mode: 0o555 });
    const ledger = join(folder, 'deployments.db');
    const end = await weakened(program, ['extract', '--id', 'd', '--', 'sh', '-c', 'exit 3'], {
      DEPLOYTRACK_LEDGER: ledger,
    });
    expect(end.code).toBe(3);
    expect(end.stderr).toMatch(
      /^deploytrack: warning: [^\n]*the mark was saved to [^\n]*runtime-[^\n]*\ndeploytrack: hint: [^\n]+\n$/,
    );
    expect(kinds(program)).toEqual(['phase-end']);
  });

  test('an account that may not write the ledger gets a warning and no second ledger, and can read it', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    await program.quiet(['extract', '--id', id, '--', 'true']);
    for (const file of [program.ledger, `${program.ledger}-wal`, `${program.ledger}-shm`]) {
      if (statSync(file, { throwIfNoEntry: false }) !== undefined) chmodSync(file, 0o444);
    }
    chmodSync(program.folder, 0o555);
    const end = await weakened(program, ['migrate', '--id', id, '--', 'true']);
    expect(oneWarningWithHint(end)).toContain('the mark was saved to');
    expect((await weakened(program, ['finish', '--id', id, '--strict'])).code).toBe(1);
    const shown = await weakened(program, ['history', '--json']);
    expect([shown.code, JSON.parse(shown.stdout)[0].id ?? JSON.parse(shown.stdout)[0].deployment_id]).toEqual(
      [0, id],
    );
    chmodSync(program.folder, 0o755);
    for (const file of [program.ledger, `${program.ledger}-wal`, `${program.ledger}-shm`]) {
      if (statSync(file, { throwIfNoEntry: false }) !== undefined) chmodSync(file, 0o644);
    }
    await program.quiet(['history']);
    expect(program.rows('SELECT stage, status FROM deployment_stages ORDER BY rowid')).toEqual([
      { stage: 'extract', status: 'success' },
      { stage: 'migration', status: 'success' },
    ]);
    expect(program.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'success' },
    ]);
  });

  test('an account that may not write anywhere gets its mark on stderr as one line that import reads', async () => {
    const program = newProgram();
    const folder = join(program.folder, 'nowhere');
    mkdirSync(folder, { mode: 0o555 });
    const end = await weakened(program, ['extract', '--id', 'd', '--', 'sh', '-c', 'exit 3'], {
      DEPLOYTRACK_LEDGER: join(folder, 'deployments.db'),
      DEPLOYTRACK_JOURNAL_FALLBACK: folder,
    });
    expect(end.code).toBe(3);
    const [mark = '', warning, ...rest] = end.stderr.trimEnd().split('\n');
    expect(mark).toMatch(/^deploytrack-mark: \{[ -~]*\}$/);
    expect(JSON.parse(mark.slice('deploytrack-mark: '.length))).toMatchObject({
      kind: 'phase-end',
      deploymentId: 'd',
    });
    expect(warning).toMatch(/^deploytrack: warning: .*no journal could be written either/);
    expect(rest).toEqual([expect.stringMatching(/^deploytrack: hint: /)]);
  });
});

/** Kinds of the marks that wait in the journals. */
function kinds(program: Program): string[] {
  const lines = program
    .journals()
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { kind: string }).kind);
}

function sql(file: string, statements: string): void {
  const database = new Database(file);
  database.exec(statements);
  database.close();
}

/** The bytes of a file that must not change, or the fact that it is a folder. */
function fingerprint(path: string): string {
  return statSync(path).isDirectory() ? 'folder' : readFileSync(path).toString('base64');
}
