import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { because, notRoot } from '../support/because.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { strangerId } from '../support/strangers.ts';
import { chosen, type Found, findingsOf, mend, problemsOf, theProblem } from './doctor.ts';

vi.setConfig({ testTimeout: 60_000 });

async function deployed(program = newProgram()): Promise<Program> {
  const id = await startDeployment(program);
  await program.quiet(['finish', '--id', id]);
  return program;
}

describe('What the environment says', () => {
  test.each<[string, string, Record<string, string>, RegExp]>([
    ['an empty secret', 'secrets', { DEPLOYTRACK_GATEWAY_TOKEN: '' }, /DEPLOYTRACK_GATEWAY_TOKEN/],
    [
      'certificates that are not there',
      'certificates',
      { NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' },
      /\/nowhere\/ca\.pem cannot be read \(ENOENT\)$/,
    ],
    [
      'a file without certificates',
      'certificates',
      { NODE_EXTRA_CA_CERTS: '/etc/passwd' },
      /\/etc\/passwd contains no certificate$/,
    ],
    ['a secret that cannot be sent', 'secrets', { DEPLOYTRACK_SERVE_TOKEN: 'a b' }, /cannot contain$/],
    [
      'a secret file that is not there',
      'secrets',
      { DEPLOYTRACK_GATEWAY_TOKEN_FILE: '/nowhere/token' },
      /\/nowhere\/token cannot be read/,
    ],
    ['an invalid value', 'settings', { DEPLOYTRACK_ABANDON_AFTER: 'soon' }, /^invalid duration "soon" for /],
  ])('doctor names %s, and its command unsets it', async (_, check, env, message) => {
    const program = newProgram();
    const found = await theProblem(program, check, { env });
    expect(found.message).toMatch(message);
    expect(await mend(program, found, { env })).toEqual([]);
  });

  test('doctor names a server login of which only one half is set', async () => {
    const program = newProgram();
    const env = { DEPLOYTRACK_SERVE_USERNAME: 'u' };
    const found = await theProblem(program, 'serve', { env });
    expect([found.message, found.meaning]).toEqual([
      'DEPLOYTRACK_SERVE_PASSWORD is missing; user name and password must be set together',
      '`deploytrack serve` does not start',
    ]);
    const file = join(program.folder, 'password');
    writeFileSync(file, 'p\n');
    expect(await mend(program, chosen(found, { fill: { '<file>': file } }), { env })).toEqual([]);
  });

  test('doctor names a relative path of the ledger, and its command makes it absolute', async () => {
    const program = newProgram();
    const env = { DEPLOYTRACK_LEDGER: 'state/x.db' };
    const found = await theProblem(program, 'place', { env });
    expect(await mend(program, found, { env })).toEqual([]);
  });

  test.skipIf(notRoot())(
    'doctor names a ledger in the temporary folder, and its command sets another one',
    async () => {
      const program = newProgram();
      chmodSync(program.folder, 0o755);
      const how = { env: { HOME: '/nonexistent', DEPLOYTRACK_LEDGER: '' }, uid: strangerId };
      const found = await theProblem(program, 'place', how);
      expect(found.message).toMatch(/ is in the temporary folder /);
      const state = join(program.folder, 'state');
      mkdirSync(state, { mode: 0o700 });
      chownSync(state, strangerId, strangerId);
      const fill = { '<file>': join(state, 'd.db') };
      expect(await mend(program, chosen(found, { fill }), how)).toEqual([]);
    },
  );

  test('doctor names what is wrong with a settings file, and its commands correct it', async () => {
    const program = newProgram();
    const file = join(program.folder, 'deploytrack.yaml');
    writeFileSync(file, 'abandon-after: soon\n', { mode: 0o600 });
    const invalid = await theProblem(program, 'settings');
    expect(invalid.message).toMatch(/^invalid duration "soon" for \S+deploytrack\.yaml: abandon-after; /);
    expect(await mend(program, invalid, { env: { EDITOR: 'sed -i s/soon/1h/' } })).toEqual([]);
    writeFileSync(file, 'abandon-aftr: 1h\n');
    const unknown = await theProblem(program, 'settings');
    expect(unknown.message).toMatch(/unknown key abandon-aftr$/);
    expect(await mend(program, unknown, { env: { EDITOR: 'sed -i s/aftr/after/' } })).toEqual([]);
    chmodSync(file, 0o666);
    const open = await theProblem(program, 'settings');
    expect(open.message).toMatch(/^ignoring \S+: other accounts can write to it$/);
    expect(await mend(program, open)).toEqual([]);
    rmSync(file);
    mkdirSync(file);
    const folder = await theProblem(program, 'settings');
    expect(folder.message).toMatch(/ was not read: it is a folder$/);
    expect(await mend(program, chosen(folder, { at: [1] }))).toEqual([]);
  });

  test.skipIf(notRoot())(
    'doctor names a settings file of or for another account, and its commands correct that',
    async () => {
      const program = newProgram();
      const file = join(program.folder, 'deploytrack.yaml');
      writeFileSync(file, 'abandon-after: 1h\n', { mode: 0o600 });
      chownSync(file, strangerId, strangerId);
      const foreign = await theProblem(program, 'settings');
      expect(foreign.message).toMatch(/^ignoring \S+: it belongs to another account$/);
      expect(await mend(program, foreign)).toEqual([]);
      chmodSync(program.folder, 0o755);
      const state = join(program.folder, 'state');
      mkdirSync(state, { mode: 0o700 });
      chownSync(state, strangerId, strangerId);
      const other = { uid: strangerId, env: { DEPLOYTRACK_LEDGER: join(state, 'd.db') } };
      const closed = await theProblem(program, 'settings', other);
      expect(closed.message).toMatch(/ was not read: EACCES$/);
      await mend(program, closed); // as root
      expect(await problemsOf(program, other)).toEqual([]);
    },
  );

  test('doctor names certificates in use, and the script that PowerShell runs', async () => {
    const program = newProgram();
    const [folder, pem] = [join(program.folder, 'npm'), join(program.folder, 'ca.pem')];
    mkdirSync(folder);
    writeFileSync(join(folder, 'deploytrack.ps1'), '', { mode: 0o755 });
    writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n');
    const env = { PATH: `${folder}:${program.env.PATH}`, NODE_EXTRA_CA_CERTS: pem };
    const found = await findingsOf(program, { env });
    expect(found.filter(({ state }) => state === 'ok').map(({ check }) => check)).toEqual(
      expect.arrayContaining(['certificates', 'powershell']),
    );
  });
});

describe('What stands on the disk', () => {
  test.each<[string, (ledger: string) => void]>([
    ['its folder for everybody', (ledger) => chmodSync(join(ledger, '..'), 0o777)],
    ['the file for everybody', (ledger) => chmodSync(ledger, 0o666)],
    ['its log for everybody', (ledger) => chmodSync(`${ledger}-wal`, 0o666)],
    ['a journal for everybody', (ledger) => writeAnd(`${ledger}.journal`, (path) => chmodSync(path, 0o666))],
    ['a journal that is a pipe', (ledger) => execFileSync('mkfifo', [`${ledger}.journal`])],
  ])('doctor names %s, and its command corrects the rights', async (_, spoil) => {
    const program = newProgram();
    await startDeployment(program);
    spoil(program.ledger);
    const found = await problemsOf(program);
    expect(found[0]?.check).toBe('rights');
    expect(await mend(program, found[0] as never)).toEqual([]);
  });

  // Its command searches the whole file system.
  test('doctor names a second name of the ledger, and its command finds that name', {
    timeout: 300_000,
  }, async () => {
    const program = await deployed();
    const other = join(program.folder, 'other name');
    linkSync(program.ledger, other);
    const found = await problemsOf(program);
    const second = found.find(({ message }) => message.includes('second name'));
    const names = spawnSync('sh', ['-c', second?.command ?? 'false'], { encoding: 'utf8' }).stdout;
    expect(names.trim().split('\n').sort()).toEqual([program.ledger, other].sort());
    const removal = chosen(second as Found, { at: [1], fill: { '<name>': `'${other}'` } });
    expect(await mend(program, removal)).toEqual([]);
  });

  test.skipIf(notRoot())(
    'doctor names a ledger of another account, and its command takes it over',
    async () => {
      const program = newProgram();
      await startDeployment(program);
      for (const end of ['', '-wal', '-shm']) chownSync(program.ledger + end, strangerId, strangerId);
      const found = await theProblem(program, 'rights');
      expect(found.message).toBe(`${program.ledger} belongs to another account (${strangerId})`);
      expect(await mend(program, found)).toEqual([]);
    },
  );

  test.skipIf(notRoot())(
    'doctor names a journal of another account, and its command imports it',
    async () => {
      const program = await deployed();
      const mark = await program.run(['phase', 'record', 'x', '--duration', '1s', '--id', 'unknown']);
      expect(mark.code).toBe(0);
      const journal = `${program.ledger}.journal`;
      writeFileSync(journal, '');
      chownSync(journal, strangerId, strangerId);
      const found = await problemsOf(program);
      expect(found.map(({ check }) => check)).toContain('rights');
      expect(await mend(program, found.find(({ check }) => check === 'rights') as never)).toEqual([]);
    },
  );

  test('doctor names an abandoned deployment and marks from the future, each with a command', async () => {
    const program = newProgram();
    await startDeployment(program);
    const database = new Database(program.ledger);
    database.exec(
      "UPDATE deployment_metrics SET deployment_started_at = '2020-01-14T10:00:00.000Z'; DELETE FROM processes",
    );
    const abandoned = await theProblem(program, 'deployments');
    expect(await mend(program, abandoned)).toEqual([]);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    database.prepare('UPDATE deployment_metrics SET deployment_completed_at = ?').run(tomorrow);
    const ahead = await theProblem(program, 'clock');
    expect(ahead.message).toMatch(/^the newest mark is \d+ s in the future$/);
    database.exec("UPDATE deployment_metrics SET deployment_completed_at = '2020-01-14T10:00:00.000Z'");
    database.close();
    expect(await problemsOf(program)).toEqual([]);
  });
});

/** Whether a file system of another process can be mounted here. */
function hasFuse(): boolean {
  const { folder } = newProgram();
  const script = 'bindfs "$0" "$0" && umount --lazy "$0"';
  return spawnSync('unshare', ['-m', 'sh', '-c', script, folder]).status === 0;
}

function writeAnd(path: string, next: (path: string) => void): void {
  writeFileSync(path, '');
  next(path);
}

describe.skipIf(notRoot())('What is mounted', () => {
  /** The JSON of `doctor` in a mount namespace of its own. */
  const inside = (program: Program, script: string) =>
    JSON.parse(
      spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', ...program.words], {
        env: { ...program.env },
        encoding: 'utf8',
      }).stdout,
    ) as { findings: Found[] };

  test('doctor names the network file system that holds the ledger', async () => {
    const program = await deployed();
    const lines = readFileSync('/proc/self/mountinfo', 'utf8');
    const mounts = join(program.folder, 'mounts');
    writeFileSync(mounts, `${lines}999 1 0:99 / ${program.folder} rw - nfs4 server:/export rw\n`);
    const { findings } = inside(
      program,
      `mount --bind ${mounts} /proc/$$/mountinfo; exec "$@" doctor --json`,
    );
    const wrong = findings.filter(({ state }) => state === 'wrong');
    expect(wrong.map(({ check, message }) => [check, message])).toEqual([
      [
        'file-system',
        expect.stringContaining(`is on ${program.folder}, a network or shared file system (nfs4)`),
      ],
    ]);
    expect(wrong[0]?.command).toBe(
      'mkdir -p /var/lib/deploytrack && deploytrack backup /var/lib/deploytrack/deployments.db && export DEPLOYTRACK_LEDGER=/var/lib/deploytrack/deployments.db',
    );
  });

  test.skipIf(because(!hasFuse(), 'no bindfs, or no FUSE'))(
    'doctor names a ledger on a file system in another process, and its command moves it',
    async () => {
      const program = newProgram();
      for (const name of ['kept', 'mounted', 'path']) mkdirSync(join(program.folder, name));
      const own = `exec '${program.words[0]}' '${program.words[1]}' "$@"`;
      writeFileSync(join(program.folder, 'path', 'deploytrack'), `#!/bin/sh\n${own}\n`, { mode: 0o755 });
      const script = `
        bindfs kept mounted; trap 'umount --lazy mounted' EXIT; mount -t tmpfs none /var/lib; export PATH="$PWD/path:$PATH"
        deploytrack run --deployment app --version 1 -- true
        deploytrack doctor --json | tee first
        eval "$(${program.words[0]} -p 'JSON.parse(fs.readFileSync("first")).findings.find((one) => one.check === "file-system").command')" >/dev/null
        deploytrack doctor --json; deploytrack history`;
      const env = { ...program.env, DEPLOYTRACK_LEDGER: join(program.folder, 'mounted', 'd.db') };
      const words = ['-m', 'bash', '-c', script];
      const { stdout, stderr } = spawnSync('unshare', words, { cwd: program.folder, env, encoding: 'utf8' });
      expect(stderr).toBe('');
      const [before = '', after = '', ...history] = stdout.trim().split('\n');
      const problems = [before, after].map((line) =>
        (JSON.parse(line) as { findings: Found[] }).findings.filter(({ state }) => state === 'wrong'),
      );
      expect(problems).toEqual([[expect.objectContaining({ check: 'file-system' })], []]);
      expect(problems[0]?.[0]?.message).toMatch(/, a network or shared file system \(fuse.*\)$/);
      expect(history.join('\n')).toContain('app');
    },
  );

  test('doctor names a disk that is nearly full, and its command frees space', async () => {
    const program = newProgram();
    const mount = join(program.folder, 'small');
    mkdirSync(mount);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'none', mount]);
    onTestFinished(() => void execFileSync('umount', ['--lazy', mount]));
    const small = newProgram({ ledger: join(mount, 'd.db') });
    await deployed(small);
    const database = new Database(small.ledger);
    const others = database.prepare("SELECT name FROM pragma_table_info('deployment_metrics')").pluck().all();
    const names = others.filter(
      (name) => !/^(id|deployment_id|deployment_started_at|notes)$/.test(`${name}`),
    );
    // Twenty old ones: the ten newest stay, because the metrics show them.
    database.exec(
      `WITH RECURSIVE old (n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM old WHERE n < 29)
       INSERT INTO deployment_metrics (deployment_id, deployment_started_at, notes, ${names.join(', ')})
       SELECT 'd' || n, '2020-01-' || n || 'T00:00:00.000Z', replace(hex(zeroblob(200000)), '0', 'n'), ${names.join(', ')}
       FROM deployment_metrics, old WHERE deployment_id NOT LIKE 'd%';
       UPDATE deployment_metrics SET deployment_completed_at = deployment_started_at WHERE deployment_id LIKE 'd%';
       PRAGMA wal_checkpoint(TRUNCATE)`,
    );
    database.close();
    const { bavail, bsize } = statfsSync(mount);
    writeFileSync(join(mount, 'filler'), Buffer.alloc(bavail * bsize - 15 * 1024 * 1024));
    const found = await theProblem(small, 'disk');
    expect(found.message).toMatch(/^the disk of \S+ has only 1[45] MiB of free space$/);
    expect(await mend(small, found)).toEqual([]);
  });

  test('doctor names a file system that is running out of inodes', async () => {
    const program = newProgram();
    const mount = join(program.folder, 'few');
    mkdirSync(mount);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'nr_inodes=200,size=64m,mode=700', 'none', mount]);
    onTestFinished(() => void execFileSync('umount', ['--lazy', mount]));
    const few = await deployed(newProgram({ ledger: join(mount, 'd.db') }));
    const cache = join(mount, 'cache');
    mkdirSync(cache);
    for (let file = 0; file < 160; file += 1) writeFileSync(join(cache, `${file}`), '');
    const found = await theProblem(few, 'disk');
    expect(found.message).toMatch(/ has only \d+ free inodes$/);
    const most = spawnSync('sh', ['-c', found.command ?? 'false'], { encoding: 'utf8' }).stdout;
    expect(most).toBe(`161\t${cache}\n`);
    const [, folder = ''] = most.trim().split('\t');
    expect(await mend(few, chosen(found, { at: [1], fill: { '<files>': folder } }))).toEqual([]);
  });
});
