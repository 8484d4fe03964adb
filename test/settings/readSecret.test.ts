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

test('the variable takes precedence over the file, and the file loses one line end', async () => {
  const { write, read } = world();
  write('f', 'of the file\r\n\n');
  expect(await read({})).toMatchObject({ value: null, problem: null, source: null });
  expect(await read({ S: 'said', S_FILE: 'f' })).toMatchObject({ value: 'said', source: 'S' });
  expect(await read({ S_FILE: 'f' })).toMatchObject({ value: 'of the file\r\n', source: 'S_FILE' });
  expect(await read({ S: '', S_FILE: 'f' })).toMatchObject({ value: 'of the file\r\n', problem: null });
});

test('a secret that is set but empty is an error', async () => {
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

test('a secret is read only from a regular file of at most 64 KiB, also through links', async () => {
  const { folder, write, read } = world();
  mkdirSync(join(folder, '..data'));
  write('..data/token', 'mounted\n'); // The layout of secrets in Kubernetes.
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

test('a secret file must be UTF-8 or UTF-16, and a byte order mark is not part of the secret', async () => {
  const { folder, write, read } = world();
  writeFileSync(join(folder, 'latin1'), Buffer.from('pässwort', 'latin1'));
  write('marked', '\ufefftoken\r\n');
  writeFileSync(join(folder, 'utf16'), Buffer.from('\ufefftoken\r\n', 'utf16le'));
  expect(await read({ S_FILE: 'latin1' })).toMatchObject({
    value: null,
    problem: 'S_FILE: latin1 is not text in UTF-8',
  });
  for (const file of ['marked', 'utf16'])
    expect(await read({ S_FILE: file })).toMatchObject({ value: 'token', problem: null });
});

test('a secret with a replacement character is an error', async () => {
  const { read } = world();
  expect(await read({ S: 'p\ufffdsswort' })).toMatchObject({
    value: null,
    problem: 'S is not text in UTF-8',
    isEmpty: false,
  });
});

test('a certificate authority may be longer than other secrets', async () => {
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
