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

/** A ledger of root's that a group shares, and a file of root's that is nobody else's business. */
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

describe.skipIf(notRoot())('a member of the ledger’s group', () => {
  test.each(['link', 'hard link'])(
    'gets no right to what a %s in the place of the journal leads to',
    async (what) => {
      const { program, secret } = await shared();
      const before = untouched(secret);
      const journal = `${program.ledger}.journal`;
      if (what === 'link') asMember(`ln -s ${secret} ${journal}`);
      else linkSync(secret, journal); // where the kernel does not protect hard links
      const end = await program.run(['init', '--group', group.name]);
      expect(end.code).toBe(1);
      expect(untouched(secret)).toEqual(before);
      expect(readFileSync(secret, 'utf8')).toBe('precious\n');
    },
  );

  test('gets no right to a file of root’s in the folder by giving it the journal’s name', async () => {
    const { program } = await shared();
    const other = join(dirname(program.ledger), 'other');
    writeFileSync(other, 'password\n', { mode: 0o600 });
    asMember(`mv ${other} ${program.ledger}.journal`);
    expect((await program.run(['init', '--group', group.name])).code).toBe(1);
    expect(untouched(`${program.ledger}.journal`)).toMatchObject({ mode: 0o600, uid: 0 });
  });

  test('has no file emptied by a link in the place of the hint that the ledger was locked', async () => {
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
  ])('makes no ledger of a file of root’s by a $what in the place of the ledger', async ({ what, says }) => {
    const { program, secret, id } = await shared();
    writeFileSync(secret, '');
    const before = untouched(secret);
    asMember(`mv ${program.ledger} ${program.ledger}.away`);
    if (what === 'link') asMember(`ln -s ${secret} ${program.ledger}`);
    else linkSync(secret, program.ledger);
    const end = await program.run(['phase', 'start', 'x', '--id', id]);
    expect(oneWarningWithHint(end)).toContain(says);
    expect(untouched(secret)).toEqual(before);
    for (const words of [['history'], ['stats'], ['doctor']]) expect((await program.run(words)).code).toBe(1);
    expect(untouched(secret)).toEqual(before);
  });

  test('has a fallback journal of root’s written and read through no link', async () => {
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
    'has no file of root’s written by a second name that ends in %s',
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

  test('has no file of root’s removed by a rollback journal that names it', async () => {
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

  test('has no file of root’s removed by a journal of root’s own that was written and renamed', async () => {
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

  test('has no file of root’s removed where only the ledger’s file is for the group', async () => {
    const { program, secret, id } = await shared();
    chmodSync(dirname(program.ledger), 0o755);
    writeFileSync(`${program.ledger}-journal`, hotJournalOf(secret));
    expect(oneWarningWithHint(await program.run(['phase', 'start', 'x', '--id', id]))).toContain(
      'is a rollback journal',
    );
    expect(existsSync(secret)).toBe(true);
  });

  test('may keep marks of its own beside the ledger', async () => {
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
