import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

/** One complete deployment, started with these arguments, as `show --json` prints it. */
async function deploy(program: Program, version: string, words: readonly string[]) {
  const id = await program.quiet(['start', '--deployment', 'shop', '--version', version, ...words]);
  const ended = await program.run(['finish', '--id', id]);
  return { ...JSON.parse(await program.quiet(['show', id, '--json'])), stderr: ended.stderr };
}

/** A package manager of that name in PATH that prints the content of a file. */
function fakeManager(program: Program, name: string) {
  const folder = join(program.folder, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\ncat '${join(folder, `${name}.txt`)}'\n`, { mode: 0o755 });
  const says = (text: string) => writeFileSync(join(folder, `${name}.txt`), text);
  return { says, path: join(folder, name), env: { PATH: `${folder}:${program.env.PATH}` } };
}

test('tracked files are recorded by hash, and a change is shown with both hashes', async () => {
  const program = newProgram();
  const file = join(program.folder, 'app.ini');
  writeFileSync(file, 'a');
  const first = await deploy(program, '1', ['--track-file', 'app.ini', '--track-file', 'none.ini']);
  expect(first.files[file]).toMatch(/^ca978112ca1b/);
  expect([first.changes, first.files[join(program.folder, 'none.ini')]]).toEqual([null, null]);
  expect(first.stderr).toContain('none.ini');
  writeFileSync(file, 'b');
  const second = await deploy(program, '2', ['--track-file', file]);
  expect(second.changes).toEqual([
    { kind: 'file', name: file, before: first.files[file], after: second.files[file] },
  ]);
  const third = await deploy(program, '3', ['--track-file', 'app.ini']);
  expect(third.changes).toEqual([]);
});

test.each([
  [
    'pip',
    'python',
    '[{"name":"a","version":"1"},{"name":"b","version":"1"}]',
    '[{"name":"a","version":"2"},{"name":"c","version":"1"}]',
  ],
  [
    'npm',
    'npm',
    '{"dependencies":{"a":{"version":"1"},"b":{"version":"1"}}}',
    '{"dependencies":{"a":{"version":"2","dependencies":{"c":{"version":"1"}}}}}',
  ],
  ['dpkg', 'dpkg-query', 'ii \ta\t1\nii \tb\t1\nrc \tgone\t9\n', 'ii \ta\t2\nii \tc\t1\n'],
])(
  'tracked packages of %s show added, removed and changed versions',
  async (manager, name, before, after) => {
    const program = newProgram();
    const fake = fakeManager(program, name);
    const fresh = newProgram({ ledger: program.ledger, env: fake.env });
    const words = ['--track-packages', manager, '--python', fake.path];
    fake.says(before);
    const first = await deploy(fresh, '1', words);
    expect(first.packages).toEqual({ [manager]: { a: '1', b: '1' } });
    fake.says(after);
    const second = await deploy(fresh, '2', words);
    expect(second.changes).toEqual([
      { kind: manager, name: 'a', before: '1', after: '2' },
      { kind: manager, name: 'b', before: '1', after: null },
      { kind: manager, name: 'c', before: null, after: '1' },
    ]);
    const [newest] = JSON.parse(await fresh.quiet(['history', '--json']));
    expect(newest.packages).toEqual({ [manager]: { a: '2', c: '1' } });
  },
);

test('a package manager that is missing or prints something else gives only a warning', async () => {
  const program = newProgram();
  const fake = fakeManager(program, 'npm');
  fake.says('no json');
  const fresh = newProgram({ ledger: program.ledger, env: fake.env });
  const one = await deploy(fresh, '1', [
    '--track-packages',
    'npm',
    '--track-packages',
    'pip',
    '--python',
    '/no/python',
  ]);
  expect([one.status, one.packages]).toEqual(['success', {}]);
  expect(one.stderr.match(/cannot list the packages for --track-packages \w+/g)).toHaveLength(2);
});

test('the real package managers of this machine are read', async () => {
  const program = newProgram();
  const one = await deploy(program, '1', [
    '--track-packages',
    'dpkg',
    '--track-packages',
    'pip',
    '--track-packages',
    'npm',
  ]);
  expect(one.packages.dpkg.dpkg).toMatch(/^\d/);
  expect(one.packages.pip.pip).toMatch(/^\d/);
});

test('an unknown package manager is a usage error that lists the known ones', async () => {
  const program = newProgram();
  const end = await program.run([
    'start',
    '--deployment',
    'shop',
    '--version',
    '1',
    '--track-packages',
    'cargo',
  ]);
  expect(end).toMatchObject({ code: 2, stdout: '' });
  expect(end.stderr).toContain('pip, npm, dpkg');
});

test('show has the sizes of artifact and database, the download time and the load', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_ID: 'd' } });
  await program.quiet(['start', '--id', 'd', '--deployment', 'shop', '--version', '1']);
  writeFileSync(join(program.folder, 'a.zip'), 'x'.repeat(3000));
  writeFileSync(join(program.folder, 'a.db'), 'x'.repeat(500));
  await program.quiet(['extract', '--artifact', 'a.zip', '--download-seconds', '1.5', '--', 'true']);
  await program.quiet(['migrate', '--database-file', 'a.db', '--', 'true']);
  await program.quiet(['finish']);
  const [told] = JSON.parse(await program.quiet(['history', '--json']));
  expect(told).toMatchObject({
    artifact_bytes: 3000,
    download_seconds: 1.5,
    database_bytes: 500,
    triggered_by: 'tester',
  });
  expect(told.host_load).toBeGreaterThanOrEqual(0);
  expect(await program.quiet(['show'])).toContain('2.9 KiB, downloaded in 1.5s (2.0 KiB/s)');
});
