import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { notRoot } from '../support/because.ts';
import { hotJournalOf } from '../support/hotJournal.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { asStranger, sharedGroup, strangerId } from '../support/strangers.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

const group = sharedGroup();
const asMember = (line: string) => asStranger(line, group.id);

/** A ledger of root's that a group shares, and a private file of root's. */
async function shared(): Promise<{ program: Program; secret: string; id: string }> {
  const outer = newProgram();
  chmodSync(outer.folder, 0o755);
  const folder = join(outer.folder, 'state');
  mkdirSync(folder);
  const program = newProgram({ ledger: join(folder, 'deployments.db') });
  const id = await startDeployment(program);
  const end = await program.run(['init', '--group', group.name]);
  expect(end.code).toBe(0);
  const secret = join(outer.folder, 'secret');
  writeFileSync(secret, 'precious\n', { mode: 0o600 });
  return { program, secret, id };
}

const untouched = (path: string) => {
  const { mode, uid, gid, size } = statSync(path);
  return { mode: mode & 0o7777, uid, gid, size };
};

describe.skipIf(notRoot())('A member of the group that shares the ledger', () => {
  test.each(['link', 'hard link'])(
    'a group member gets no access to the target of a %s in place of the journal',
    async (what) => {
      const { program, secret } = await shared();
      const before = untouched(secret);
      const journal = `${program.ledger}.journal`;
      if (what === 'link') asMember(`ln -s ${secret} ${journal}`);
      else linkSync(secret, journal); // Works if the kernel does not protect hard links.
      const end = await program.run(['init', '--group', group.name]);
      expect(end.code).toBe(1);
      expect(untouched(secret)).toEqual(before);
      expect(readFileSync(secret, 'utf8')).toBe('precious\n');
    },
  );

  test("a group member gets no access to a file of root's by renaming it to the journal", async () => {
    const { program } = await shared();
    const other = join(dirname(program.ledger), 'other');
    writeFileSync(other, 'password\n', { mode: 0o600 });
    asMember(`mv ${other} ${program.ledger}.journal`);
    expect((await program.run(['init', '--group', group.name])).code).toBe(1);
    expect(untouched(`${program.ledger}.journal`)).toMatchObject({ mode: 0o600, uid: 0 });
  });

  test('a group member cannot empty a file by a link in place of the lock hint', async () => {
    const { program, secret, id } = await shared();
    asMember(`ln -s ${secret} ${program.ledger}.locked`);
    const holder = new Database(program.ledger);
    holder.exec('BEGIN IMMEDIATE');
    const end = await program.run(['phase', 'start', 'x', '--id', id]);
    holder.close();
    expect(oneWarningWithHint(end)).toContain('the mark was saved to');
    expect(readFileSync(secret, 'utf8')).toBe('precious\n');
  });

  test.each([
    { what: 'link', says: 'it is a link of another account' },
    { what: 'second name', says: 'it has a second name' },
  ])(
    "a group member cannot turn a file of root's into a ledger by a $what in place of the ledger",
    async ({ what, says }) => {
      const { program, secret, id } = await shared();
      writeFileSync(secret, '');
      const before = untouched(secret);
      asMember(`mv ${program.ledger} ${program.ledger}.away`);
      if (what === 'link') asMember(`ln -s ${secret} ${program.ledger}`);
      else linkSync(secret, program.ledger);
      const end = await program.run(['phase', 'start', 'x', '--id', id]);
      expect(oneWarningWithHint(end)).toContain(says);
      expect(untouched(secret)).toEqual(before);
      for (const words of [['history'], ['stats'], ['doctor']])
        expect((await program.run(words)).code).toBe(1);
      expect(untouched(secret)).toEqual(before);
    },
  );

  test("a group member cannot have marks written into another ledger of root's by a second name of it", async () => {
    const { program, id } = await shared();
    const other = newProgram();
    await startDeployment(other);
    const before = other.rows('SELECT count(*) AS n FROM deployment_metrics');
    asMember(`rm ${program.ledger} ${program.ledger}-wal ${program.ledger}-shm`);
    linkSync(other.ledger, program.ledger);
    const end = await program.run(['phase', 'start', 'x', '--id', id]);
    expect(oneWarningWithHint(end)).toContain('it has a second name');
    expect((await program.run(['history'])).code).toBe(1);
    expect(other.rows('SELECT count(*) AS n FROM deployment_metrics')).toEqual(before);
  });

  test("a fallback journal of root's is neither written nor read through a link of a group member", async () => {
    const { program, secret, id } = await shared();
    asMember(`ln -s ${secret} ${program.ledger}.journal`);
    const holder = new Database(program.ledger);
    holder.exec('BEGIN IMMEDIATE');
    const end = await program.run(['phase', 'start', 'x', '--id', id]);
    holder.close();
    expect(oneWarningWithHint(end)).toContain('runtime-');
    const read = await program.run(['phase', 'end', 'x', '--id', id, '--strict']);
    expect([read.code, read.stderr]).toEqual([0, expect.stringContaining('was ignored: it is a link')]);
    expect(read.stderr).not.toContain('precious');
    expect(readFileSync(secret, 'utf8')).toBe('precious\n');
  });

  test.each(['-wal', '-shm'])(
    "a group member cannot change a file of root's by a hard link that ends in %s",
    async (end) => {
      const { program, secret, id } = await shared();
      const before = untouched(secret);
      rmSync(program.ledger + end, { force: true });
      linkSync(secret, program.ledger + end);
      expect(oneWarningWithHint(await program.run(['phase', 'start', 'x', '--id', id]))).toContain(
        'not a regular file with one name',
      );
      expect(untouched(secret)).toEqual(before);
      expect(readFileSync(secret, 'utf8')).toBe('precious\n');
    },
  );

  test("a group member cannot remove a file of root's by a rollback journal that names it", async () => {
    const { program, secret, id } = await shared();
    const laid = join(dirname(secret), 'laid');
    writeFileSync(laid, hotJournalOf(secret));
    chmodSync(laid, 0o644);
    asMember(`cp ${laid} ${program.ledger}-journal`);
    const end = await program.run(['phase', 'start', 'x', '--id', id]);
    expect(oneWarningWithHint(end)).toContain('it belongs to another account');
    expect((await program.run(['history'])).code).toBe(1);
    expect(existsSync(secret)).toBe(true);
  });

  test("a group member cannot remove a file of root's by renaming a journal of root's own", async () => {
    const { program, secret, id } = await shared();
    const holder = new Database(program.ledger);
    holder.exec('BEGIN IMMEDIATE');
    await program.run(['phase', 'start', 'x', '--id', id]);
    holder.close();
    const [journal, laid] = [`${program.ledger}.journal`, join(dirname(secret), 'laid')];
    writeFileSync(laid, hotJournalOf(secret));
    chmodSync(laid, 0o644);
    asMember(`cat ${laid} > ${journal}; mv ${journal} ${program.ledger}-journal`);
    expect(untouched(`${program.ledger}-journal`)).toMatchObject({
      uid: 0,
      size: hotJournalOf(secret).length,
    });
    const run = await program.run(['phase', 'run', 'y', '--id', id, '--', 'sh', '-c', 'exit 3']);
    expect(run.code).toBe(3);
    for (const words of [['history'], ['stats'], ['init'], ['doctor']])
      expect([words, (await program.run(words)).code]).toEqual([words, 1]);
    expect((await program.run(['doctor'])).stdout).toContain('is a rollback journal');
    expect(oneWarningWithHint(await program.run(['phase', 'start', 'z', '--id', id]))).toContain(
      'is a rollback journal',
    );
    asMember(`rm ${program.ledger}`);
    await program.run(['phase', 'start', 'again', '--id', id]);
    expect(existsSync(secret)).toBe(true);
  });

  test("a rollback journal removes no file of root's if only the ledger file belongs to the group", async () => {
    const { program, secret, id } = await shared();
    chmodSync(dirname(program.ledger), 0o755);
    writeFileSync(`${program.ledger}-journal`, hotJournalOf(secret));
    expect(oneWarningWithHint(await program.run(['phase', 'start', 'x', '--id', id]))).toContain(
      'is a rollback journal',
    );
    expect(existsSync(secret)).toBe(true);
  });

  test('a group member may save marks next to the ledger', async () => {
    const { program, id } = await shared();
    const holder = new Database(program.ledger);
    holder.exec('BEGIN IMMEDIATE');
    await program.run(['phase', 'start', 'x', '--id', id]);
    holder.close();
    const journal = `${program.ledger}.journal`;
    chownSync(journal, strangerId, group.id);
    await program.quiet(['phase', 'end', 'x', '--id', id]);
    expect(program.rows('SELECT stage, status FROM deployment_stages')).toEqual([
      { stage: 'x', status: 'success' },
    ]);
  });
});
