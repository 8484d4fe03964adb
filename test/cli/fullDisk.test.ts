import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { endOf, newProgram, type Program, startDeployment } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

describe('Files that cannot grow, as on a full disk', () => {
  test('a mark that the ledger cannot store is saved to the journal and imported when there is space', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const end = await limited(program, {
      kibibytes: 4,
      args: ['extract', '--id', id, '--', 'sh', '-c', 'exit 3'],
    });
    expect(end.code).toBe(3);
    expect(end.stderr).toMatch(
      /^deploytrack: warning: the ledger [^\n]*the mark was saved to [^\n]*\.journal; [^\n]*\ndeploytrack: hint: [^\n]+\n$/,
    );
    await program.quiet(['migrate', '--id', id, '--', 'true']);
    expect(program.rows('SELECT stage, status FROM deployment_stages ORDER BY rowid')).toEqual([
      { stage: 'extract', status: 'failed' },
      { stage: 'migration', status: 'success' },
    ]);
    expect(program.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  test('a mark that no file can store is printed as one line on stderr, and the command keeps its exit code', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const end = await limited(program, {
      kibibytes: 0,
      args: ['extract', '--id', id, '--', 'sh', '-c', 'exit 3'],
    });
    expect(end.code).toBe(3);
    expect(end.stderr).toMatch(
      /^deploytrack-mark: \{[ -~]*"stage":"extract"[ -~]*\}\ndeploytrack: warning: [^\n]+\ndeploytrack: hint: [^\n]+\n$/,
    );
    await program.quiet(['finish', '--id', id]);
  });

  test('a mark of which only a part fits into the journal is saved elsewhere', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    // All but a few bytes of what the file may have.
    writeFileSync(`${program.ledger}.journal`, '\n'.repeat(4090), { mode: 0o600 });
    const args = ['extract', '--id', id, '--', 'true'];
    const end = await limited(program, { kibibytes: 4, args });
    expect(oneWarningWithHint(end)).toContain(`the mark was saved to ${program.folder}/`);
    expect(end.stderr).not.toContain(`${program.ledger}.journal;`);
    await program.run(['finish', '--id', id], { env: { DEPLOYTRACK_JOURNAL_FALLBACK: program.folder } });
    expect(program.rows('SELECT stage FROM deployment_stages')).toEqual([{ stage: 'extract' }]);
  });

  test('start still prints an ID if no file can grow, and --strict changes the exit code', async () => {
    const program = newProgram();
    const args = ['start', '--deployment', 'app', '--version', '1'];
    const begun = await limited(program, { kibibytes: 4, args });
    expect(oneWarningWithHint(begun)).toContain('the mark was saved to');
    expect(begun.stdout).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}\n$/);
    expect(
      (await limited(program, { kibibytes: 4, args: [...args, '--environment', 'staging', '--strict'] }))
        .code,
    ).toBe(1);
    await program.quiet(['extract', '--id', begun.stdout.trim(), '--', 'true']);
    expect(program.rows('SELECT stage FROM deployment_stages')).toEqual([{ stage: 'extract' }]);
  });
});

test('a mark on a full disk is saved to the fallback folder and imported when there is space', async () => {
  const program = newProgram();
  mkdirSync(join(program.folder, 'disk'));
  const script = `
    set -e; cd disk; export DEPLOYTRACK_LEDGER=$PWD/deployments.db DEPLOYTRACK_ID=d
    "$@" start --deployment app --version 1 --id d
    sqlite3 deployments.db 'PRAGMA wal_checkpoint(TRUNCATE)' > /dev/null # its log has no room of its own left
    cat /dev/zero > ballast 2>/dev/null || :
    "$@" extract -- sh -c 'exit 3' || echo "exit $?"
    "$@" finish || echo "exit $?"
    rm ballast
    "$@" history > /dev/null
    sqlite3 deployments.db 'SELECT deployment_status FROM deployment_metrics;
      SELECT stage, status FROM deployment_stages; PRAGMA integrity_check'`;
  const end = await onSmallDisk(program, script);
  const [id, code, ...rows] = end.stdout.trimEnd().split('\n');
  expect([end.code, id, code]).toEqual([0, 'd', 'exit 3']);
  expect(end.stderr.match(/warning: [^\n]*the mark was saved to [^\n]*runtime-/g)).toHaveLength(2);
  expect(rows).toEqual(['failed', 'extract|failed', 'ok']);
});

test('a file for warnings that cannot be written does not fail the command or lose a warning', async () => {
  const program = newProgram();
  const words = ['extract', '--id', 'unknown', '--warnings', 'file:/dev/full', '--', 'sh', '-c', 'exit 3'];
  const end = await program.run(words);
  expect(end.code).toBe(3);
  expect(end.stderr).toMatch(
    /^deploytrack: warning: deployment unknown not found in this ledger; [^\n]*\ndeploytrack: hint: [^\n]*\n$/,
  );
});

/** Runs the program under RLIMIT_FSIZE, with no other place for marks than the limited files. */
function limited(program: Program, { kibibytes, args }: { kibibytes: number; args: readonly string[] }) {
  const env = { ...program.env, DEPLOYTRACK_JOURNAL_FALLBACK: program.folder };
  const words = ['-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash', ...program.words, ...args];
  return endOf(spawn('bash', words, { cwd: program.folder, env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/**
 * Runs a script with `disk` as a private file system of one megabyte; if mounting is not permitted, with
 * files that cannot grow beyond a limit.
 */
function onSmallDisk(program: Program, script: string) {
  const space = process.geteuid?.() === 0 ? ['-m'] : ['-Urm'];
  const mount = 'mount -t tmpfs -o size=1m none disk';
  const mayMount = spawnSync('unshare', [...space, 'sh', '-c', mount], { cwd: program.folder }).status === 0;
  const [command, ...before] = mayMount
    ? ['unshare', ...space, 'sh', '-c', `${mount}; ${script}`]
    : ['bash', '-c', limitedDisk(script)];
  return endOf(
    spawn(command as string, [...before, 'sh', ...program.words], {
      cwd: program.folder,
      env: program.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** Replaces the ballast by a limit, and makes the folder of the ledger accept no new file. */
function limitedDisk(script: string): string {
  return script
    .replace('cat /dev/zero > ballast 2>/dev/null || :', 'ulimit -S -f 4; mkdir deployments.db.journal')
    .replace('rm ballast', 'ulimit -S -f unlimited; rmdir deployments.db.journal');
}
