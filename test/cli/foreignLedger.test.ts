import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { processContext } from '../../src/context.ts';
import { identify } from '../../src/processes.ts';
import { notRoot } from '../support/because.ts';
import { eventually } from '../support/eventually.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { startSwitchedService } from '../support/switchedService.ts';

vi.setConfig({ testTimeout: 60_000 });

const asRoot = test.skipIf(notRoot());
const other = 54_321;

/** Changes the ledger as a member of its group may do. */
function tampered(program: Program, sql: string, ...values: unknown[]): void {
  const database = new SqliteDatabase(program.ledger);
  database.prepare(sql).run(...values);
  database.close();
}

/** A program that records who ran it and with what environment. */
function telling(
  program: Program,
  folder = program.folder,
  name = 'told',
): { path: string; told: () => string | null } {
  const told = join(program.folder, `${name}.txt`);
  const path = join(folder, `${name}.sh`);
  writeFileSync(path, `#!/bin/sh\n(id -u; env) > ${told}\necho Python 3.1.4\n`, { mode: 0o755 });
  chmodSync(path, 0o755);
  return { path, told: () => (existsSync(told) ? readFileSync(told, 'utf8') : null) };
}

const secrets = {
  DEPLOYTRACK_GATEWAY_TOKEN: 't0ken-of-ours',
  DEPLOYTRACK_SERVE_PASSWORD: 'passw0rd-of-ours',
  DEPLOYTRACK_HEALTH_HEADERS: 'X-Key: header-of-ours',
};

describe('Programs named in the ledger', () => {
  asRoot(
    'a program that another account may change is not run, which gives a warning and an empty column',
    async () => {
      const program = newProgram();
      const id = await startDeployment(program);
      const evil = telling(program);
      chownSync(evil.path, other, other);
      tampered(
        program,
        'UPDATE deployment_metrics SET python_command = ? WHERE deployment_id = ?',
        evil.path,
        id,
      );
      tampered(
        program,
        'INSERT INTO tracking VALUES (?, ?)',
        id,
        JSON.stringify({ files: [], packages: ['pip'] }),
      );
      const end = await program.run(['finish', '--id', id], { env: secrets });
      expect([end.code, evil.told()]).toEqual([0, null]);
      expect(end.stderr).toContain(
        `cannot get the version of --python ${evil.path} (it was not run: ${evil.path} belongs to another account)`,
      );
      expect(end.stderr).toContain(' -m pip (it was not run: ');
      expect(program.rows('SELECT python_version AS version FROM deployment_metrics')).toEqual([
        { version: null },
      ]);
    },
  );

  asRoot.each(['./open/python', 'python-of-path'])(
    'a program named in the ledger is not run through a folder that others may write: %s',
    async (command) => {
      const program = newProgram();
      const id = await startDeployment(program);
      const open = join(program.folder, 'open');
      mkdirSync(open);
      chmodSync(open, 0o777);
      const good = telling(program);
      for (const name of ['python', 'python-of-path']) symlinkSync(good.path, join(open, name));
      tampered(program, 'UPDATE deployment_metrics SET python_command = ?', command);
      const env = { ...secrets, PATH: `${open}:${program.env.PATH}` };
      const end = await program.run(['finish', '--id', id], { env });
      expect([end.code, good.told()]).toEqual([0, null]);
      expect(end.stderr).toContain(`${open} can be written by every account`);
    },
  );

  asRoot('a program of this account is not run if others may write the ledger that names it', async () => {
    const program = newProgram();
    const own = telling(program);
    const shared = { DEPLOYTRACK_LEDGER: join(program.folder, 'led', 'd.db'), ...secrets };
    await program.run(['init', '--group', 'nogroup'], { env: shared });
    const begun = await program.run(
      ['start', '--deployment', 'app', '--version', '1', '--id', 'n1', '--python', own.path],
      {
        env: shared,
      },
    );
    expect(begun.code).toBe(0);
    const end = await program.run(['finish', '--id', 'n1'], { env: shared });
    expect([end.code, own.told()]).toEqual([0, null]);
    expect(end.stderr).toContain(
      'it is not called python, and other accounts can write to the ledger that names it',
    );
  });

  test('a program that only this account can change is run without secrets and outside the working folder', async () => {
    const program = newProgram();
    const good = telling(program);
    const id = await program.quiet(['start', '--deployment', 'app', '--version', '1', '--python', good.path]);
    await program.quiet(['finish', '--id', id], { env: { ...secrets, OTHER: 'stays' } });
    expect(program.rows('SELECT python_version AS version FROM deployment_metrics')).toEqual([
      { version: '3.1.4' },
    ]);
    expect(good.told()).toContain('OTHER=stays');
    expect(good.told()).toContain('PWD=/\n');
    expect(good.told()).not.toContain('of-ours');
    expect(good.told()).not.toContain('DEPLOYTRACK_');
  });
});

describe('Probers named in the ledger', () => {
  function sleeper(): ChildProcess {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  }
  const named = (program: Program, { pid, file }: { pid: number; file: string }) => {
    const { started, boot, pidNamespace } = identify(processContext(), pid);
    tampered(
      program,
      'INSERT INTO probers (run_id, deployment_id, pid, started, boot, pid_namespace, file) SELECT run_id, deployment_id, ?, ?, ?, ?, ? FROM deployment_stages',
      pid,
      started,
      boot,
      pidNamespace,
      file,
    );
  };
  async function openCutover(): Promise<{ program: Program; id: string }> {
    const program = newProgram();
    const id = await startDeployment(program);
    await program.quiet(['phase', 'start', 'cutover', '--id', id]);
    return { program, id };
  }

  test.each([
    ['does not belong to a prober', 'victim'],
    ['is a link', 'deploytrack-probe-link'],
    ['is a folder', 'deploytrack-probe-folder'],
    ['is valid, but names a process that is not a prober', 'deploytrack-probe-1'],
  ])('a prober file that %s is left alone: it is not removed and no process is ended', async (_, name) => {
    const { program, id } = await openCutover();
    const child = sleeper();
    const file = join(program.folder, name);
    if (name.endsWith('link')) symlinkSync(join(program.folder, 'target'), file);
    else if (name.endsWith('folder')) mkdirSync(file);
    else writeFileSync(file, 'precious', { mode: 0o600 });
    if (name.endsWith('link')) writeFileSync(join(program.folder, 'target'), 'precious');
    named(program, { pid: child.pid as number, file });
    const end = await program.run(['finish', '--id', id]);
    expect(end.code).toBe(0);
    expect(end.stderr.match(/the prober of a cutover was not stopped/g)).toHaveLength(1);
    expect(readdirSync(program.folder)).toContain(name);
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);
    expect(process.kill(child.pid as number, 0)).toBe(true);
  });

  asRoot('a prober file of another account is left alone', async () => {
    const { program, id } = await openCutover();
    const file = join(program.folder, 'deploytrack-probe-theirs');
    writeFileSync(file, '');
    chownSync(file, other, other);
    named(program, { pid: 999_999, file });
    const end = await program.run(['finish', '--id', id]);
    expect(end.stderr).toContain('it belongs to another account');
    expect(existsSync(file)).toBe(true);
  });

  test.each(['phase end cutover', 'finish'])(
    'a prober of this account is ended by `%s`, and its file is removed',
    async (words) => {
      const service = await startSwitchedService('1');
      onTestFinished(() => service.stop());
      const { program, id } = await begun(service.healthUrl);
      const [row] = program.rows('SELECT pid, file FROM probers');
      const { pid, file } = row as { pid: number; file: string };
      expect(existsSync(file)).toBe(true);
      const end = await program.run([...words.split(' '), '--id', id]);
      expect(end.code).toBe(0);
      expect(end.stderr).not.toContain('left alone');
      expect(existsSync(file)).toBe(false);
      await eventually(() => (isGone(pid) ? true : undefined), { what: 'the end of the prober' });
      expect(program.rows('SELECT count(*) > 0 AS seen FROM health_checks')).toEqual([{ seen: 1 }]);
    },
  );

  async function begun(url: string): Promise<{ program: Program; id: string }> {
    const program = newProgram();
    const id = await startDeployment(program);
    await program.quiet(['phase', 'start', 'cutover', '--probe', url, '--id', id]);
    return { program, id };
  }
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

describe('Ledgers that others may write', () => {
  asRoot(
    'a ledger with a trigger added by others is not used: the command runs and its mark is saved to the journal',
    async () => {
      const program = newProgram();
      const id = await startDeployment(program);
      chmodSync(program.folder, 0o777);
      tampered(
        program,
        `CREATE TRIGGER t AFTER INSERT ON deployment_stages BEGIN INSERT INTO warnings (at, code, message)
       SELECT 'a', 'b', x FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c WHERE x < 0); END`,
      );
      const end = await program.run(['phase', 'run', 'x', '--id', id, '--', 'sh', '-c', 'exit 3']);
      expect([end.code, end.stderr]).toEqual([
        3,
        expect.stringMatching(/contains the trigger "t".*was saved to/),
      ]);
      const { code, stdout } = await program.run(['doctor']);
      expect([code, stdout]).toEqual([1, expect.stringMatching(/^WRONG .*contains the trigger "t"/m)]);
    },
  );

  asRoot(
    'a file named for tracking in a ledger that others may write is not read, but one given to finish is',
    async () => {
      const program = newProgram();
      const id = await startDeployment(program);
      const [secret, said] = [join(program.folder, 'secret'), join(program.folder, 'said')];
      writeFileSync(secret, 'pin=4711', { mode: 0o600 });
      writeFileSync(said, 'known');
      chmodSync(program.folder, 0o777);
      const tracked = JSON.stringify({ files: [secret], packages: [] });
      tampered(program, 'INSERT OR REPLACE INTO tracking VALUES (?, ?)', id, tracked);
      const { stderr } = await program.run(['finish', '--id', id, '--track-file', said]);
      expect(stderr).toContain('other accounts can write to the ledger that names them');
      expect(program.rows('SELECT name FROM tracked_items')).toEqual([{ name: said }]);
    },
  );
});
