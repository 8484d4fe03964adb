import {
  appendFileSync,
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { fallbackName } from '../../src/ledger/journal/unread.ts';
import { notRoot } from '../support/because.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { asStranger, strangerId } from '../support/strangers.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

interface World {
  readonly program: Program;
  readonly id: string;
  /** The path that every account can predict, in a folder that every account may write. */
  readonly known: string;
  /** The path where root saves its marks. */
  readonly own: string;
  mark(stage: string): Promise<{ code: number | null; stderr: string }>;
}

async function world(): Promise<World> {
  const outer = newProgram();
  chmodSync(outer.folder, 0o755);
  const fallback = join(outer.folder, 'fallback');
  mkdirSync(fallback);
  chmodSync(fallback, 0o777);
  const program = newProgram({
    ledger: join(outer.folder, 'deployments.db'),
    env: { DEPLOYTRACK_JOURNAL_FALLBACK: fallback },
  });
  const id = await startDeployment(program);
  const name = fallbackName(program.ledger);
  return {
    program,
    id,
    known: join(fallback, name),
    own: join(fallback, `deploytrack-${process.getuid?.()}`, name),
    mark: (stage) => program.run(['phase', 'run', stage, '--id', id, '--strict', '--', 'true']),
  };
}

/** What the program does while its ledger and the folder next to it cannot be used. */
async function withoutLedger<Result>({ program }: World, act: () => Promise<Result>): Promise<Result> {
  renameSync(program.ledger, `${program.ledger}.away`);
  mkdirSync(program.ledger);
  mkdirSync(`${program.ledger}.journal`);
  try {
    return await act();
  } finally {
    for (const path of [program.ledger, `${program.ledger}.journal`]) renameSync(path, `${path}.obstacle`);
    renameSync(`${program.ledger}.away`, program.ledger);
  }
}

const stages = ({ program }: World) =>
  program.rows('SELECT stage FROM deployment_stages ORDER BY id').map(({ stage }) => stage);

/** Expects one warning without an exit code, and no second one. */
async function passedOver(one: World, says: RegExp): Promise<string> {
  const first = await one.mark('a');
  expect([first.code, first.stderr]).toEqual([0, expect.stringMatching(says)]);
  expect(first.stderr).toMatch(/^deploytrack: warning: [^\n]+\ndeploytrack: hint: [^\n]+\n$/);
  expect(await one.mark('b')).toMatchObject({ code: 0, stderr: '' });
  expect(stages(one)).toEqual(['a', 'b']);
  return first.stderr;
}

describe.skipIf(notRoot())("Journal of root's in a shared folder", () => {
  test('a journal in a shared folder is created in a private folder, and imported from there', async () => {
    const one = await world();
    const end = await withoutLedger(one, () => one.mark('kept'));
    expect(end.code).toBe(1);
    expect(end.stderr).toContain(`saved to ${one.own}`);
    expect(statSync(join(one.own, '..')).mode & 0o777).toBe(0o700);
    expect(statSync(one.own).mode & 0o777).toBe(0o600);
    await one.program.quiet(['history']);
    expect(stages(one)).toEqual(['kept']);
  });

  test('a journal of an older version is still imported from its old path', async () => {
    const one = await world();
    await withoutLedger(one, () => one.mark('kept'));
    renameSync(one.own, one.known);
    await one.program.quiet(['history']);
    expect(stages(one)).toEqual(['kept']);
  });

  test('marks are not written into a journal of another account, from which they would not be read', async () => {
    const one = await world();
    writeFileSync(one.known, '', { mode: 0o666 });
    chownSync(one.known, strangerId, strangerId);
    await withoutLedger(one, () => one.mark('kept'));
    expect(readFileSync(one.known, 'utf8')).toBe('');
    expect(await one.mark('later')).toMatchObject({ code: 0, stderr: '' });
    expect(stages(one)).toEqual(['kept', 'later']);
  });

  test('marks are not written into a private folder that another account created', async () => {
    const one = await world();
    asStranger(`mkdir -m 777 ${join(one.own, '..')}`);
    const end = await withoutLedger(one, () => one.mark('kept'));
    expect(end.stderr).toMatch(/^deploytrack-mark: /);
    expect(readdirSync(join(one.own, '..'))).toEqual([]);
  });
});

describe.skipIf(notRoot())('Files of another account in place of a journal', () => {
  test('a link in place of a journal is skipped, and lines of its target are shown nowhere', async () => {
    const one = await world();
    const secret = join(one.program.folder, 'secret');
    writeFileSync(secret, 'db_password=hunter2\n', { mode: 0o600 });
    asStranger(`ln -s ${secret} ${one.known}`);
    await passedOver(one, /it is a link/);
    const shown = await Promise.all(
      [['doctor'], ['show', one.id], ['show', one.id, '--json']].map((words) => one.program.run(words)),
    );
    for (const { stdout, stderr } of shown) expect(stdout + stderr).not.toContain('hunter2');
    expect(JSON.stringify(one.program.rows('SELECT message FROM warnings'))).not.toContain('hunter2');
  });

  test("a second name of a file of root's in place of a journal is skipped", async () => {
    const one = await world();
    const secret = join(one.program.folder, 'secret');
    writeFileSync(secret, 'db_password=hunter2\n', { mode: 0o600 });
    linkSync(secret, one.known);
    expect(await passedOver(one, /it has a second name/)).not.toContain('hunter2');
  });

  test('a pipe in place of a journal is skipped without waiting', async () => {
    const one = await world();
    asStranger(`mkfifo ${one.known}`);
    expect(await one.mark('a')).toMatchObject({ code: 0, stderr: '' });
  });

  test.each(['readable', 'secret'])(
    'a %s file of another account in place of a journal is skipped, with the command that imports it',
    async (what) => {
      const one = await world();
      asStranger(`echo x > ${one.known}${what === 'secret' ? `; chmod 600 ${one.known}` : ''}`);
      const said = await passedOver(one, /it belongs to another account/);
      expect(said).toContain(`deploytrack import ${one.known}`);
    },
  );

  test("marks of another account's journal are imported by the command in the warning", async () => {
    const one = await world();
    await withoutLedger(one, () => one.mark('theirs'));
    renameSync(one.own, one.known);
    chownSync(one.known, strangerId, strangerId);
    await passedOver(one, /it belongs to another account/);
    expect((await one.program.run(['import', one.known])).code).toBe(0);
    expect(stages(one)).toEqual(['a', 'b', 'theirs']);
    expect(await one.mark('c')).toMatchObject({ code: 0, stderr: '' });
  });

  test('marks of a skipped journal are imported by their owner', async () => {
    const one = await world();
    await withoutLedger(one, () => one.mark('theirs'));
    renameSync(one.own, one.known);
    chownSync(one.known, strangerId, strangerId);
    await passedOver(one, /it belongs to another account/);
    chownSync(one.program.folder, strangerId, strangerId);
    for (const end of ['', '-wal', '-shm']) chownSync(one.program.ledger + end, strangerId, strangerId);
    chmodSync(one.program.ledger, 0o600);
    const words = ['phase', 'start', 'c', '--id', one.id];
    await one.program.run(words, { uid: strangerId });
    expect(stages(one)).toContain('theirs');
  });
});

describe('Journal next to the ledger', () => {
  test('a journal that is a sparse file of gigabytes gives one warning with a hint, and marks continue', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    writeFileSync(`${program.ledger}.journal`, '');
    truncateSync(`${program.ledger}.journal`, 6 * 2 ** 30);
    const first = await program.run(['phase', 'start', 'x', '--id', id]);
    expect(oneWarningWithHint(first)).toMatch(
      /it has megabytes without a line end\n.*hint: check it, then run `rm \S+`$/m,
    );
    await program.quiet(['phase', 'end', 'x', '--id', id]);
  });

  test('a journal is read in chunks, each line once, even after a line longer than a chunk', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const journal = `${program.ledger}.journal`;
    mkdirSync(`${program.ledger}-journal`); // Makes the ledger unusable meanwhile.
    for (const stage of ['one', 'two']) await program.run(['phase', 'start', stage, '--id', id]);
    renameSync(`${program.ledger}-journal`, join(program.folder, 'gone'));
    const [first = '', second = ''] = readFileSync(journal, 'utf8').trimEnd().split('\n');
    writeFileSync(journal, `${first}\n`);
    appendFileSync(journal, `${'x'.repeat(17_000_000)}\n${second}\n`);
    for (let reads = 0; reads < 3; reads += 1) await program.run(['history']);
    expect(program.rows('SELECT stage FROM deployment_stages ORDER BY id')).toEqual([
      { stage: 'one' },
      { stage: 'two' },
    ]);
    await program.quiet(['history']);
  });

  test('a journal line that is not a mark is reported by its bytes only', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    writeFileSync(`${program.ledger}.journal`, 'ok: no\npassword=hunter2\n');
    const { stderr } = await program.run(['phase', 'start', 'x', '--id', id]);
    expect(stderr).toContain('2 lines, the first of them (6 bytes, from byte 0 on) of the journal');
    expect(stderr).not.toContain('hunter2');
  });

  test('a link of this account in place of the journal is not followed', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    writeFileSync(join(program.folder, 'elsewhere'), 'password=hunter2\n');
    symlinkSync('elsewhere', `${program.ledger}.journal`);
    const { code, stderr } = await program.run(['phase', 'start', 'x', '--id', id]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('ignored: it is a link')]);
  });
});
