import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { notRoot } from '../support/because.ts';
import { eventually } from '../support/eventually.ts';
import { endOf, newProgram, type Program, programFile, startDeployment } from '../support/program.ts';
import { serve } from '../support/serve.ts';
import { inNamespace } from './namespace.ts';
import { asOther } from './otherAccount.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Every command, with its variants, that reads the ledger. */
const answering: readonly (readonly string[])[] = [
  ['stats'],
  ['stats', '--json'],
  ['stats', '--budget'],
  ['stats', '--budget', '--json'],
  ['stats', '--by', 'version'],
  ['stats', '--by', 'phase'],
  ['stats', '--phases'],
  ['history'],
  ['history', '--json'],
  ['history', '--format', 'csv'],
  ['show'],
  ['show', '--json'],
  ['compare', '1', '2'],
  ['report', '--since', '7d'],
  ['report', '--out', 'report.html'],
  ['export'],
  ['push', '--dry-run'],
  ['push', '--gateway', 'http://127.0.0.1:1'],
  ['push', '--delete', '--gateway', 'http://127.0.0.1:1'],
  ['rules', '--backtest', '9d'],
  ['serve', '--listen', '127.0.0.1:0'],
];

/** A ledger in a folder of its own, with one failed deployment: its budget is spent. */
async function spentBudget(): Promise<Program> {
  const folder = newProgram().folder;
  const ledger = join(folder, 'state', 'deployments.db');
  const program = newProgram({ ledger });
  chmodSync(folder, 0o755);
  await program.run(['run', '--deployment', 'app', '--version', '1', '--', 'false']);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return program;
}

describe.skipIf(notRoot())('A ledger that exists and cannot be read', () => {
  const closed: Record<string, { close: (ledger: string) => void; says: RegExp }> = {
    'in an inaccessible folder': {
      close: (ledger) => chmodSync(dirname(ledger), 0o700),
      says: /cannot be reached by this account: the folder \S+ belongs to root \(uid 0\), mode 0700/,
    },
    'with an inaccessible file': {
      close: (ledger) => {
        chmodSync(dirname(ledger), 0o755);
        chmodSync(ledger, 0o600);
      },
      says: /cannot be read by this account: it belongs to root \(uid 0\), mode 0600/,
    },
  };
  test.each(Object.entries(closed))(
    'every reading command exits with 1 and says who can grant access to a ledger %s',
    async (_, { close, says }) => {
      const program = await spentBudget();
      close(program.ledger);
      for (const words of answering) {
        const end = await asOther(program, words);
        expect([words, end.code, end.stdout]).toEqual([words, 1, '']);
        expect(end.stderr).toMatch(says);
        expect(end.stderr).toMatch(
          /^deploytrack: error: [^\n]*\ndeploytrack: hint: run `sudo deploytrack …`[^\n]*init --ledger \S+ --group <group>`\n$/,
        );
      }
    },
  );

  test('doctor names a ledger that cannot be read with mode, owner and fix, and does not refer to itself', async () => {
    const program = await spentBudget();
    chmodSync(dirname(program.ledger), 0o700);
    const { code, stdout } = await asOther(program, ['doctor']);
    const wrong = stdout.split('\n').filter((line) => line.startsWith('WRONG'));
    expect([code, wrong.length]).toEqual([1, 1]);
    expect(wrong[0]).toMatch(
      /belongs to root \(uid 0\), mode 0700 \(.*init --ledger \S+ --group <group>`\)$/,
    );
    expect(stdout).not.toMatch(/deploytrack doctor/);
  });

  test('the error budget of a readable ledger is reported as spent', async () => {
    const program = await spentBudget();
    expect((await program.run(['stats', '--budget'])).code).toBe(1);
  });

  test('a server whose ledger became unreadable says so, not that the ledger has disappeared', async () => {
    const program = await spentBudget();
    chmodSync(dirname(program.ledger), 0o755);
    chmodSync(program.ledger, 0o644);
    const served = await serve({ program, run: { uid: 54321 } });
    const asked = async (path: string) => {
      const answer = await fetch(served.url + path);
      return [answer.status, await answer.text()] as const;
    };
    expect((await asked('/health'))[0]).toBe(200);
    chmodSync(dirname(program.ledger), 0o700);
    for (const path of ['/health', '/metrics', '/api/deployments', '/api/overview']) {
      const [status, words] = await asked(path);
      expect([path, status]).toEqual([path, 503]);
      expect(words).toMatch(/cannot be reached by this account/);
    }
    expect(await asked('/-/ready')).toEqual([503, 'service unavailable: the ledger cannot be read\n']);
  });
});

describe('No ledger', () => {
  const empty: readonly (readonly string[])[] = answering.filter(
    ([word]) => !['show', 'compare', 'serve'].includes(word ?? ''),
  );
  test('reports without a ledger are empty with exit code 0, valid JSON, and one line that says so', async () => {
    const program = newProgram();
    for (const words of empty) {
      const end = await program.run(words);
      expect([words, end.code]).toEqual([words, 0]);
      expect(end.stderr).toMatch(/^deploytrack: there is no ledger at \S+ yet\ndeploytrack: hint: [^\n]+\n$/);
      if (words.includes('--json')) expect(() => JSON.parse(end.stdout)).not.toThrow();
    }
    expect(readdirSync(program.folder).filter((name) => name.startsWith('deployments'))).toEqual([]);
  });

  test('reports with an empty file in place of the ledger are the same as without one', async () => {
    const program = newProgram();
    writeFileSync(program.ledger, '');
    const end = await program.run(['stats', '--budget']);
    expect(end).toMatchObject({ code: 0, stderr: expect.stringMatching(/there is no ledger at .* yet/) });
  });

  test('a dangling link is an error, not a missing ledger', async () => {
    const program = newProgram();
    symlinkSync(join(program.folder, 'unplugged', 'deployments.db'), program.ledger);
    const end = await program.run(['stats', '--budget']);
    expect(end).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/a link to a file that does not exist/),
    });
  });
});

describe('An account that may only read', () => {
  test.skipIf(notRoot())(
    'a read-only account reads a ledger that is not open elsewhere, and leaves no files next to it',
    async () => {
      const program = await spentBudget();
      const folder = dirname(program.ledger);
      for (const mode of [0o755, 0o1777]) {
        chmodSync(folder, mode);
        chmodSync(program.ledger, 0o644);
        const end = await asOther(program, ['history', '--json']);
        expect([end.code, end.stderr]).toEqual([0, '']);
        expect(JSON.parse(end.stdout)).toHaveLength(1);
        expect((await asOther(program, ['stats', '--budget'])).code).toBe(1);
        expect(readdirSync(folder)).toEqual(['deployments.db']);
      }
    },
  );

  test.skipIf(notRoot())(
    'a read-only account reads a ledger with an open deployment, and learns what is missing if the log is unreadable',
    async () => {
      const program = await spentBudget();
      const folder = dirname(program.ledger);
      chmodSync(folder, 0o755);
      chmodSync(program.ledger, 0o644);
      await startDeployment(program);
      const seen = await asOther(program, ['history', '--json']);
      expect([seen.code, JSON.parse(seen.stdout).length]).toEqual([0, 2]);
      for (const name of readdirSync(folder).filter((one) => /-(wal|shm)$/.test(one)))
        chmodSync(join(folder, name), 0o600);
      const refused = await asOther(program, ['history', '--json']);
      expect([refused.code, refused.stdout]).toEqual([1, '']);
      expect(refused.stderr).toMatch(
        /its newest marks are in \S+-wal; reading them needs access to that file and \S+-shm\n/,
      );
    },
  );

  test.skipIf(notRoot())('a ledger on a read-only file system can be read', async () => {
    const program = await spentBudget();
    const folder = dirname(program.ledger);
    const said = await inNamespace(`
      mount --bind ${folder} ${folder}; mount -o remount,ro,bind ${folder}
      ${program.words.join(' ')} history --json --ledger ${program.ledger}; echo "exit $?"
      ${program.words.join(' ')} doctor --ledger ${program.ledger} | grep -E 'WRONG|integrity'`);
    expect(said.stdout).toMatch(/"version": "1"[\s\S]*exit 0/);
    expect(said.stdout).toMatch(/WRONG .* lies on a file system that is mounted read-only \(/);
    expect(said.stdout).toMatch(/ok .*: integrity check passed/);
  });

  test.skipIf(notRoot())(
    'serve of a read-only account responds with marks that were recorded meanwhile',
    async () => {
      const program = await spentBudget();
      chmodSync(dirname(program.ledger), 0o755);
      chmodSync(program.ledger, 0o644);
      const served = await serve({ program, run: { uid: 54321 } });
      const versions = async () => {
        const answer = (await (await fetch(`${served.url}/api/deployments`)).json()) as {
          rows: { version: string }[];
        };
        return answer.rows.map(({ version }) => version);
      };
      expect(await versions()).toEqual(['1']);
      await program.run(['run', '--deployment', 'app', '--version', '2', '--', 'true']);
      expect(await versions()).toEqual(['2', '1']);
    },
  );
});

describe.skipIf(notRoot())('A ledger that changes while a read-only account reads it', () => {
  test('a reader of a changing ledger gets complete results, each with at least as much as the one before', async () => {
    const program = await spentBudget();
    chmodSync(dirname(program.ledger), 0o755);
    chmodSync(program.ledger, 0o644);
    let isOver = false;
    const writing = (async () => {
      for (let number = 0; number < 6; number += 1)
        await program.run(['run', '--deployment', 'app', '--version', '2', '--', 'true']);
      isOver = true;
    })();
    const seen: number[] = [];
    while (!isOver) {
      const end = await asOther(program, ['history', '--json', '--limit', '50']);
      expect([end.code, end.stderr]).toEqual([0, '']);
      seen.push((JSON.parse(end.stdout) as unknown[]).length);
    }
    await writing;
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('the library of a read-only account sees new marks, and throws an error once the ledger is unreadable', async () => {
    const program = await spentBudget();
    chmodSync(dirname(program.ledger), 0o755);
    chmodSync(program.ledger, 0o644);
    const script = `
      const { openLedger } = require(process.argv[1]);
      const ledger = openLedger(process.argv[2]);
      const say = () => process.stdout.write(ledger.lastDeployments().length + '\\n');
      say();
      process.stdin.on('data', () => { try { say(); } catch (error) { process.stdout.write(error.code + ': ' + error.message + '\\n'); } });`;
    const child = spawn('setpriv', inLibrary(script, program), { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const until = (text: string) => eventually(() => (said === text ? true : undefined), { what: text });
    await until('1\n');
    await program.run(['run', '--deployment', 'app', '--version', '2', '--', 'true']);
    child.stdin.write('\n');
    await until('1\n2\n');
    chmodSync(dirname(program.ledger), 0o700);
    child.stdin.write('\n');
    const isRefused = await eventually(
      () => (/LEDGER_UNUSABLE: .* cannot be reached by this account/.test(said) ? true : undefined),
      {
        what: 'error of the library',
      },
    );
    expect(isRefused).toBe(true);
  });
});

/**
 * The arguments of setpriv: a script of another account, which gets our library and the ledger as its
 * arguments.
 */
function inLibrary(script: string, { ledger }: Program): string[] {
  const library = join(dirname(programFile), '..', 'dist', 'library.cjs');
  const account = ['--reuid', '54321', '--regid', '54321', '--clear-groups', '--'];
  return [...account, process.execPath, '-e', script, library, ledger];
}

/**
 * The state in which its last writer leaves it briefly when it closes: the log exists, its index does not.
 */
async function closingLedger(): Promise<{ program: Program; closed: () => void }> {
  const program = await spentBudget();
  chmodSync(dirname(program.ledger), 0o755);
  chmodSync(program.ledger, 0o644);
  const writer = new Database(program.ledger);
  writer.exec("UPDATE deployment_metrics SET notes = 'x'");
  rmSync(`${program.ledger}-shm`);
  return { program, closed: () => void writer.close() };
}

describe.skipIf(notRoot())('A ledger that its last writer is closing', () => {
  test('a reader waits for a closing ledger as for a lock, and reports it if that takes too long', async () => {
    const { program, closed } = await closingLedger();
    const reading = (patience: string) => {
      const env = { DEPLOYTRACK_LEDGER_TIMEOUT: patience };
      return asOther(program, ['history', '--json'], { env });
    };
    const [patient, doctor] = [reading('50s'), asOther(program, ['doctor'])];
    const short = await reading('500ms');
    expect([short.code, short.stderr]).toEqual([1, expect.stringMatching(/its newest marks are in \S+-wal/)]);
    await doctor;
    closed();
    const end = await patient;
    expect([end.code, end.stderr]).toEqual([0, '']);
    expect(JSON.parse(end.stdout)).toHaveLength(1);
  });

  test('the library waits only briefly for a closing ledger and reports it', async () => {
    const { program, closed } = await closingLedger();
    const script = `
      const say = () => {
        try {
          return String(require(process.argv[1]).openLedger(process.argv[2]).lastDeployments().length);
        } catch (error) {
          return error.code + ': ' + error.message;
        }
      };
      process.stdout.write(say() + '\\n');`;
    const asked = () => endOf(spawn('setpriv', inLibrary(script, program)));
    expect((await asked()).stdout).toMatch(/^LEDGER_UNUSABLE: .*its newest marks are in \S+-wal/);
    closed();
    expect((await asked()).stdout).toBe('1\n');
  });
});

describe('Marks that wait in a journal', () => {
  test('every report warns about marks that could not be imported, with their number and the reason', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const holder = new Database(program.ledger);
    holder.exec('BEGIN IMMEDIATE');
    // A wrapped command that takes long on a busy machine would be two marks.
    await program.run(['phase', 'record', 'w', '--id', id, '--ledger-timeout', '20ms', '--duration', '1s']);
    for (const words of [
      ['export', '--id', id],
      ['stats', '--phases'],
      ['history', '--json'],
      ['show', id],
      ['report', '--since', '7d'],
      ['stats', '--budget'],
      ['push', '--dry-run'],
      ['rules', '--backtest', '9d'],
    ]) {
      const end = await program.run(words);
      // A gate must not pass on an incomplete result.
      expect([words, end.code]).toEqual([words, words.includes('--budget') ? 1 : 0]);
      expect(end.stderr).toMatch(
        /^deploytrack: warning: 1 mark waits in \S+\.journal and is not included: the ledger \S+ is locked by another process\ndeploytrack: hint: [^\n]+\n/,
      );
    }
    const silent = await program.run(['stats', '--warnings', 'off']);
    expect(silent.stderr).toBe('');
    holder.exec('ROLLBACK');
    holder.close();
    const { stdout, stderr } = await program.run(['show', id, '--json']);
    expect([stderr, stdout.includes('"w"')]).toEqual(['', true]);
  });

  test.skipIf(notRoot())(
    'reports exit with 1 if marks wait and this account cannot create the ledger',
    async () => {
      const program = newProgram();
      const folder = join(program.folder, 'state');
      mkdirSync(folder, { mode: 0o755 });
      const env = {
        DEPLOYTRACK_LEDGER: join(folder, 'deployments.db'),
        DEPLOYTRACK_JOURNAL_FALLBACK: join(program.folder, 'fallback'),
      };
      mkdirSync(env.DEPLOYTRACK_JOURNAL_FALLBACK);
      chmodSync(env.DEPLOYTRACK_JOURNAL_FALLBACK, 0o1777);
      expect(
        (await asOther(program, ['phase', 'record', 'x', '--duration', '1s', '--id', 'd'], { env })).code,
      ).toBe(0);
      const end = await asOther(program, ['stats', '--budget'], { env });
      expect([end.code, end.stdout]).toEqual([1, '']);
      expect(end.stderr).toMatch(
        /^deploytrack: error: marks wait in \S+\.journal: the ledger \S+ cannot be made by this account: the folder \S+ belongs to root/,
      );
    },
  );
});
