import { execFileSync, spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { fallbackName } from '../../src/ledger/journal/unread.ts';
import { because, notRoot } from '../support/because.ts';
import { eventually } from '../support/eventually.ts';
import { buildStub, hasCompiler } from '../support/preloadedStubs.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { sharedGroup, strangerId } from '../support/strangers.ts';
import { chosen, type Found, mend, problemsOf, theProblem } from './doctor.ts';

vi.setConfig({ testTimeout: 60_000 });

async function deployed(): Promise<Program> {
  const program = newProgram();
  await program.quiet(['run', '--deployment', 'app', '--version', '1', '--', 'true']);
  return program;
}

function sql(file: string, statements: string): void {
  const database = new Database(file);
  database.exec(statements);
  database.close();
}

/** The problem that the ledger itself is, among those that have the same cause. */
async function ofLedger(program: Program, env: Record<string, string> = {}): Promise<Found> {
  const found = (await problemsOf(program, { env })).find(({ check }) => check === 'ledger');
  return found as Found;
}

describe('Another file than a ledger', () => {
  test.each<[string, (ledger: string) => void, RegExp]>([
    ['a folder', (ledger) => mkdirSync(ledger), / is a folder, not a file$/],
    ['a text', (ledger) => writeFileSync(ledger, 'notes of mine, nothing else\n'), /not an SQLite database/],
    [
      'the database of another program',
      (ledger) => sql(ledger, 'CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)'),
      /the database of another program/,
    ],
    [
      'a ledger without tables',
      (ledger) =>
        sql(ledger, 'PRAGMA application_id = 1146376779; PRAGMA user_version = 3; CREATE TABLE a (b)'),
      / has none of the tables of a ledger /,
    ],
    ['a link to nothing', (ledger) => symlinkSync('/nowhere/d.db', ledger), / is a link to /],
  ])(
    'the command that doctor prints for %s in place of the ledger sets another file',
    async (_, make, said) => {
      const program = newProgram();
      make(program.ledger);
      const found = await ofLedger(program);
      expect(found.message).toMatch(said);
      const at = [found.fix?.includes('`deploytrack import`') ? 1 : 0];
      const fill = { '<file>': join(program.folder, 'other', 'd.db') };
      expect(await mend(program, chosen(found, { at, fill }))).toEqual([]);
    },
  );

  test('the command that doctor prints for a path that is too long sets a shorter one', async () => {
    const program = newProgram();
    const folder = join(program.folder, 'a'.repeat(250), 'b'.repeat(250));
    mkdirSync(folder, { recursive: true });
    const env = { DEPLOYTRACK_LEDGER: join(folder, 'd.db') };
    const found = await ofLedger(program, env);
    expect(found.message).toMatch(/ its path has \d+ bytes, /);
    const fill = { '<file>': program.ledger };
    expect(await mend(program, chosen(found, { at: [0], fill }), { env })).toEqual([]);
    const file = join(program.folder, 'file');
    writeFileSync(file, '');
    const below = { DEPLOYTRACK_LEDGER: join(file, 'd.db') };
    const odd = await ofLedger(program, below);
    expect(odd.message).toMatch(/ is not a folder$/);
    expect(await mend(program, chosen(odd, { fill }), { env: below })).toEqual([]);
  });

  test.skipIf(because(!hasCompiler(), 'no C compiler (gcc)'))(
    'the command that doctor prints for a file system without locks sets a file on another one',
    async () => {
      const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '100ms' } });
      await startDeployment(program);
      const env = { LD_PRELOAD: buildStub(program.folder, 'noLocks') };
      const found = await ofLedger(program, env);
      expect(found.message).toMatch(/SQLite cannot work on its file system/);
      // On the other one locks work.
      const fill = { '<file>': `${program.folder}/other.db; unset LD_PRELOAD` };
      expect(await mend(program, chosen(found, { fill }), { env })).toEqual([]);
    },
  );

  test('the command that doctor prints for a limit of the size of files lifts it', async () => {
    const program = await deployed();
    const limited = join(program.folder, 'limited');
    writeFileSync(limited, `ulimit -S -f 16; exec '${program.words[0]}' '${program.words[1]}' "$@"\n`);
    const below = newProgram({ ledger: program.ledger, node: '/bin/sh', script: limited });
    const found = await ofLedger(below);
    expect(found.message).toMatch(/ may write files of at most \d+ bytes$/);
    const command = `ulimit -S -f 16; deploytrack doctor; ${found.command}`;
    expect(await mend(program, { ...found, command })).toEqual([]);
  });

  test.skipIf(notRoot())(
    'the command that doctor prints for a ledger of an account that shares it gives access to a group',
    async () => {
      const outer = newProgram();
      chmodSync(outer.folder, 0o755);
      const folder = join(outer.folder, 'state');
      mkdirSync(folder, { mode: 0o700 });
      const program = newProgram({ ledger: join(folder, 'd.db'), below: outer.folder });
      chmodSync(program.folder, 0o755);
      await program.quiet(['run', '--deployment', 'app', '--version', '1', '--', 'true']);
      const group = sharedGroup();
      const other = { uid: strangerId, env: { HOME: '/nonexistent' } };
      const found = await theProblem(program, 'ledger', other);
      expect(found.message).toMatch(/ cannot be reached by this account: the folder \S+ belongs to root/);
      expect(await mend(program, chosen(found, { at: [1], fill: { '<group>': group.name } }))).toEqual([]);
      const asMember = { ...other, gid: group.id };
      expect(await mend(program, { ...found, command: 'true' }, asMember)).toEqual([]);
    },
  );

  test.skipIf(notRoot())(
    'the command that doctor prints for a read-only file system sets a file elsewhere',
    async () => {
      const program = newProgram();
      const mount = join(program.folder, 'read-only');
      mkdirSync(mount);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', mount]);
      onTestFinished(() => void execFileSync('umount', ['--lazy', mount]));
      const env = { DEPLOYTRACK_LEDGER: join(mount, 'd.db') };
      const found = await theProblem(program, 'ledger', { env });
      expect(found.message).toMatch(/ lies on a file system that is mounted read-only$/);
      const fill = { '<file>': program.ledger };
      expect(await mend(program, chosen(found, { fill }), { env })).toEqual([]);
    },
  );
});

/** Waits until another process has the file open. */
function openedByAnother(path: string): Promise<unknown> {
  const isOpen = () =>
    spawnSync('fuser', [path], { encoding: 'utf8' }).stdout.trim().split(/\s+/).length > 1 ? true : undefined;
  return eventually(isOpen, { what: `another process with ${path}` });
}

describe('A ledger that can be used again', () => {
  test('the command that doctor prints for a locked ledger waits until it is free', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '100ms' } });
    await startDeployment(program);
    const holder = new Database(program.ledger);
    holder.exec('BEGIN IMMEDIATE');
    const found = await theProblem(program, 'journals');
    expect(found.fix).toContain(`process ${process.pid}, which holds it`);
    await expect(mend(program, { ...found, command: 'deploytrack doctor' })).rejects.toThrow();
    const waiting = mend(program, found);
    await openedByAnother(program.ledger);
    holder.close();
    expect(await waiting).toEqual([]);
  });

  test.skipIf(notRoot())(
    'the commands that doctor prints for a ledger locked by a process out of sight wait until it is free',
    async () => {
      const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '100ms' } });
      await startDeployment(program);
      const holder = new Database(program.ledger);
      holder.exec('BEGIN IMMEDIATE');
      // As in a container: the kernel names no process of another namespace.
      const words = ['--pid', '--fork', '--mount-proc', ...program.words, 'doctor', '--json'];
      const { stdout } = spawnSync('unshare', words, { env: { ...program.env }, encoding: 'utf8' });
      const { findings } = JSON.parse(stdout) as { findings: Found[] };
      const found = findings.find(({ check }) => check === 'journals') as Found;
      expect(found.command).toBe(`fuser -v ${program.ledger}`);
      const waiting = mend(program, chosen(found, {}));
      setImmediate(() => holder.exec('ROLLBACK'));
      expect(await waiting).toEqual([]);
      holder.close();
    },
  );

  test('the command that doctor prints for an older ledger migrates it', async () => {
    const program = newProgram();
    const older = fileURLToPath(new URL('../fixtures/ledgers/schema-3.sql', import.meta.url));
    sql(program.ledger, readFileSync(older, 'utf8'));
    chmodSync(program.ledger, 0o600);
    const found = await theProblem(program, 'ledger');
    expect(found.message).toMatch(/ has an older schema \(3, /);
    // It has a deployment that was never finished.
    const [next, ...others] = await mend(program, found);
    expect([next?.check, others]).toEqual(['deployments', []]);
    expect(await mend(program, next as Found)).toEqual([]);
  });

  test('the command that doctor prints for a damaged ledger repairs it', async () => {
    const program = await deployed();
    const database = new Database(program.ledger);
    database.pragma('wal_checkpoint(TRUNCATE)');
    const page = database
      .prepare("SELECT rootpage FROM sqlite_master WHERE name = 'deployment_stages'")
      .pluck()
      .get() as number;
    const size = database.pragma('page_size', { simple: true }) as number;
    database.close();
    const file = openSync(program.ledger, 'r+');
    writeSync(file, randomFillSync(Buffer.alloc(size)), 0, size, (page - 1) * size);
    closeSync(file);
    const found = await theProblem(program, 'ledger');
    expect(found.message).toMatch(/ is damaged: /);
    expect(await mend(program, found)).toEqual([]);
  });

  test('the command that doctor prints for marks without a ledger creates it, and the next one imports them', async () => {
    const program = newProgram();
    mkdirSync(program.ledger);
    await program.run(['start', '--deployment', 'app', '--version', '1', '--id', 'd']);
    rmSync(program.ledger, { recursive: true });
    const found = await theProblem(program, 'ledger');
    expect(found.message).toMatch(/, and marks wait in /);
    expect(await mend(program, found)).toEqual([]);
    await program.quiet(['history']);
    expect(program.rows('SELECT deployment_id AS id FROM deployment_metrics')).toEqual([{ id: 'd' }]);
  });

  test('the command that doctor prints for an invalid row opens the ledger, so that it can be deleted', async () => {
    const program = await deployed();
    sql(
      program.ledger,
      "UPDATE deployment_stages SET stage = x'00'; UPDATE deployment_metrics SET version = x'00'",
    );
    const [found, ...others] = await problemsOf(program);
    expect([found?.check, others.length]).toEqual(['rows', 0]);
    const stdin = 'DELETE FROM deployment_metrics;\n';
    expect(await mend(program, found as Found, { stdin })).toEqual([]);
  });

  test.skipIf(notRoot())(
    'the commands that doctor prints for a journal of another account import or remove it',
    async () => {
      const program = await deployed();
      const fallback = join(program.folder, 'fallback');
      mkdirSync(fallback);
      chmodSync(fallback, 0o1777);
      const journal = join(fallback, fallbackName(program.ledger));
      const [{ id } = {}] = program.rows('SELECT deployment_id AS id FROM deployment_metrics');
      const at = { wallMs: Date.now(), monotonicSeconds: null, boot: null };
      const mark = { kind: 'cost', markId: 'm1', deploymentId: id, at, resource: 'vm', usd: 3 };
      writeFileSync(journal, `${JSON.stringify(mark)}\n`, { mode: 0o644 });
      chownSync(journal, strangerId, strangerId);
      const how = { env: { DEPLOYTRACK_JOURNAL_FALLBACK: fallback } };
      const found = await theProblem(program, 'journals', how);
      expect(found.message).toMatch(/^the journal \S+ was ignored: /);
      expect(await mend(program, found)).toEqual([]);
    },
  );
});
