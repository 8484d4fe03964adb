import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readSecret } from '../../src/settings/readSecret.ts';
import { fakeContext } from '../support/context.ts';

type Env = Readonly<Record<string, string>>;

function world() {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-secret-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content);
  const read = (env: Env) => readSecret(fakeContext({ cwd: folder, env }), 'S', { withinMs: 1000 });
  return { folder, write, read };
}

test('the variable wins over the file, and the file loses one line end', async () => {
  const { write, read } = world();
  write('f', 'of the file\r\n\n');
  expect(await read({})).toMatchObject({ value: null, problem: null, source: null });
  expect(await read({ S: 'said', S_FILE: 'f' })).toMatchObject({ value: 'said', source: 'S' });
  expect(await read({ S_FILE: 'f' })).toMatchObject({ value: 'of the file\r\n', source: 'S_FILE' });
  expect(await read({ S: '', S_FILE: 'f' })).toMatchObject({ value: 'of the file\r\n', problem: null });
});

test('what was set and holds nothing is a problem', async () => {
  const { write, read } = world();
  write('none', '');
  write('line', '\n');
  for (const env of [
    { S: '' },
    { S_FILE: '' },
    { S: '', S_FILE: '' },
    { S_FILE: 'none' },
    { S_FILE: 'line' },
  ])
    expect(await read(env)).toMatchObject({
      value: null,
      isEmpty: true,
      problem: expect.stringMatching(/^S.* is empty$/),
    });
});

test('only a regular file is read, links followed, and at most 64 KiB', async () => {
  const { folder, write, read } = world();
  mkdirSync(join(folder, '..data'));
  write('..data/token', 'mounted\n'); // as Kubernetes lays secrets
  symlinkSync('..data/token', join(folder, 'token'));
  expect(await read({ S_FILE: 'token' })).toMatchObject({ value: 'mounted' });
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  write('long', '');
  truncateSync(join(folder, 'long'), 65_537);
  for (const [file, why] of [
    ['pipe', 'it is not a regular file'],
    ['/dev/zero', 'it is not a regular file'],
    ['.', 'it is not a regular file'],
    ['long', 'it is larger than 65536 bytes'],
    ['nowhere', 'ENOENT'],
  ] as const)
    expect(await read({ S_FILE: file })).toMatchObject({
      value: null,
      isEmpty: false,
      problem: `S_FILE: ${file} cannot be read (${why})`,
    });
});

test('a file that is no UTF-8 is a problem; a mark of the byte order is not of the secret', async () => {
  const { folder, write, read } = world();
  writeFileSync(join(folder, 'latin1'), Buffer.from('pässwort', 'latin1'));
  write('marked', '\ufefftoken\r\n');
  expect(await read({ S_FILE: 'latin1' })).toMatchObject({
    value: null,
    problem: 'S_FILE: latin1 is not text in UTF-8',
  });
  expect(await read({ S_FILE: 'marked' })).toMatchObject({ value: 'token', problem: null });
});

test('what came of bytes that are no UTF-8 is no secret', async () => {
  const { read } = world();
  expect(await read({ S: 'p\ufffdsswort' })).toMatchObject({
    value: null,
    problem: 'S is not text in UTF-8',
    isEmpty: false,
  });
});

test('a certificate authority may be longer than what is kept secret', async () => {
  const { folder, write } = world();
  write('long', 'c'.repeat(65_537));
  const read = (variable: string) =>
    readSecret(fakeContext({ cwd: folder, env: { [`${variable}_FILE`]: 'long' } }), variable, {
      withinMs: 1000,
    });
  expect(await read('DEPLOYTRACK_GATEWAY_CA')).toMatchObject({ problem: null });
  expect(await read('DEPLOYTRACK_GATEWAY_HEADERS')).toMatchObject({
    problem: 'DEPLOYTRACK_GATEWAY_HEADERS_FILE: long cannot be read (it is larger than 65536 bytes)',
  });
});
