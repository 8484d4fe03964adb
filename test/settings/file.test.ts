import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { notRoot } from '../support/because.ts';
import { strangerId } from '../support/strangers.ts';
import { settings, yaml } from './settingsOf.ts';

const name = 'deploytrack.yaml';

describe('the file', () => {
  test.each(['deploytrack.yaml', 'deploytrack.yml', 'deploytrack.json'])('may be called %s', (name) => {
    expect(
      settings({
        files: { [name]: name.endsWith('json') ? '{"environment": "qa"}' : 'environment: qa' },
      }).text('environment'),
    ).toBe('qa');
  });

  test('is the nearest one upwards', () => {
    const files = { 'deploytrack.yaml': 'environment: far', 'a/deploytrack.yaml': 'environment: near' };
    expect(settings({ files, cwd: 'a/b/c' }).text('environment')).toBe('near');
    expect(settings({ files, cwd: 'z' }).text('environment')).toBe('far');
  });

  test('keeps a version as it was written', () => {
    expect(settings({ files: yaml('version: 1.10') }).text('version')).toBe('1.10');
  });

  test.each([
    ['is empty', ''],
    ['is only a comment', '# nothing'],
    ['has a null', 'environment:'],
  ])('that %s says nothing', (_, text) => {
    expect(settings({ files: yaml(text) })).toMatchObject({ problems: [] });
  });

  test.each([
    ['is a list', '- a\n- b'],
    ['is a word', 'hello'],
    ['is no YAML', 'a: [b'],
  ])('that %s is one warning with a hint', (_, text) => {
    expect(settings({ files: yaml(text) }).problems).toMatchObject([
      { code: 'SETTING', message: expect.stringContaining('cannot be read'), hint: expect.any(String) },
    ]);
  });

  test('with unknown keys is one warning that names them, also with `--strict`', () => {
    const read = settings({
      files: yaml('enviroment: qa\ncolour: red\nenvironment: qa\ndeclare: {}'),
      options: { strict: true },
    });
    expect(read.problems).toEqual([
      {
        code: 'SETTING',
        message: expect.stringContaining('unknown keys enviroment, colour'),
        hint: expect.any(String),
      },
    ]);
    expect(read.text('environment')).toBe('qa');
  });

  test('with a list for a value is one warning', () => {
    const read = settings({ files: yaml('deployment: [a, b]') });
    expect(read.text('deployment')).toBeNull();
    expect(read.problems).toHaveLength(1);
  });

  test('declares what is zero-initialised', () => {
    const declare = {
      services: ['a'],
      stages: ['build', 'migrate'],
      tests: ['login'],
      resources: ['vm'],
      check_types: ['tcp'],
    };
    expect(settings({ files: { 'deploytrack.json': JSON.stringify({ declare }) } }).declare).toEqual({
      services: ['a'],
      stages: ['build', 'migrate'],
      tests: ['login'],
      resources: ['vm'],
      checkTypes: ['tcp'],
    });
  });
});

describe('a file that others may write is not read, and one warning says so:', () => {
  test.each([0o666, 0o664, 0o646])('its mode is %o', (mode) => {
    const read = settings({ files: yaml('environment: qa'), mode });
    expect(read.text('environment')).toBeNull();
    expect(read.problems).toMatchObject([
      { code: 'SETTING', message: expect.stringContaining('other accounts can write to it') },
    ]);
  });

  test.skipIf(notRoot())('it is of another account', () => {
    const read = settings({ files: yaml('environment: qa'), prepare: (root) => giveAway(join(root, name)) });
    expect(read.text('environment')).toBeNull();
    expect(read.problems).toMatchObject([{ message: expect.stringContaining('belongs to another account') }]);
  });

  test.skipIf(notRoot())('of root it is read, whoever asks', () => {
    expect(settings({ files: yaml('environment: qa'), uid: 4711 }).text('environment')).toBe('qa');
  });

  test('it is behind a link that leads to a file in a folder that others may write', () => {
    const prepare = (root: string) => {
      mkdirSync(join(root, 'open'));
      chmodSync(join(root, 'open'), 0o777);
      writeFileSync(join(root, 'open', 'real.yaml'), 'environment: qa', { mode: 0o644 });
      symlinkSync('open/real.yaml', join(root, name));
    };
    const read = settings({ prepare });
    expect(read.text('environment')).toBeNull();
    expect(read.problems).toMatchObject([
      { message: expect.stringContaining('other accounts can write to its folder') },
    ]);
  });

  test.skipIf(notRoot())('it is behind a link that another account laid to a file of root’s', () => {
    const prepare = (root: string) => {
      writeFileSync(join(root, 'real.yaml'), 'environment: qa', { mode: 0o644 });
      symlinkSync('real.yaml', join(root, name));
      lchownSync(join(root, name), strangerId, strangerId);
    };
    const read = settings({ prepare });
    expect(read.text('environment')).toBeNull();
    expect(read.problems).toMatchObject([{ message: expect.stringContaining('a link of another account') }]);
  });
});

describe('a file that is not read does not hide those above it:', () => {
  const files = { [`above/${name}`]: 'environment: above', [`above/below/${name}`]: 'environment: below' };
  const below = 'above/below';

  test.skipIf(notRoot()).each([
    { title: 'of another account', mode: 0o644 },
    { title: 'of another account, which we may not open', mode: 0o600 },
  ])('$title', ({ mode }) => {
    const prepare = (root: string) => {
      giveAway(join(root, below, name));
      chmodSync(join(root, below, name), mode);
    };
    const read = settings({ files, cwd: `${below}/job`, prepare });
    expect(read.text('environment')).toBe('above');
    expect(read.problems).toMatchObject([{ code: 'SETTING' }]);
    expect(read.problems[0]?.failed).toBeUndefined();
    expect(read.filePath).toMatch(/above\/deploytrack\.yaml$/);
  });

  test('that others may write', () => {
    const prepare = (root: string) => chmodSync(join(root, below, name), 0o666);
    const read = settings({ files, cwd: `${below}/job`, prepare });
    expect(read.text('environment')).toBe('above');
    expect(read.problems).toHaveLength(1);
  });
});

interface Oddity {
  readonly what: string;
  readonly why: string;
  readonly lay: (path: string) => void;
}

/** What may stand in the place of a settings file, by what is said of it. */
const oddities: readonly Oddity[] = [
  { what: 'a folder', why: 'it is a folder', lay: (path) => mkdirSync(path) },
  { what: 'a pipe', why: 'it is a pipe', lay: (path) => execFileSync('mkfifo', [path]) },
  { what: 'a socket', why: 'it is not a regular file', lay: laySocket },
  {
    what: 'a link to a device',
    why: 'it is not a regular file',
    lay: (path) => symlinkSync('/dev/zero', path),
  },
  { what: 'a link to a folder', why: 'it is a folder', lay: (path) => symlinkSync('/', path) },
  {
    what: 'a link to nothing',
    why: 'a link to a file that does not exist',
    lay: (path) => symlinkSync('nowhere', path),
  },
  { what: 'a link to itself', why: 'too many links', lay: (path) => symlinkSync(name, path) },
];

/** Files that somebody meant as settings. */
const unreadable: readonly Oddity[] = [
  {
    what: 'larger than any settings',
    why: 'larger than 1048576 bytes',
    lay(path) {
      writeFileSync(path, '');
      truncateSync(path, 1_048_577);
    },
  },
  {
    what: 'in Latin-1',
    why: 'it is not text in UTF-8',
    lay: (path) => writeFileSync(path, Buffer.from('environment: qä', 'latin1')),
  },
  {
    what: 'in UTF-16, as Windows PowerShell writes with `>`',
    why: 'it is not text in UTF-8',
    lay: (path) => writeFileSync(path, Buffer.from('\ufeffenvironment: qa', 'utf16le')),
  },
];

describe('what stands in the place of a settings file and is none is told once, and the search goes on:', () => {
  test.each(oddities)('$what', ({ why, lay }) => {
    const files = { [`above/${name}`]: 'environment: above' };
    const prepare = (root: string) => lay(join(root, 'above/below', name));
    const read = settings({ files, cwd: 'above/below/job', prepare });
    expect(read.text('environment')).toBe('above');
    expect(read.problems).toMatchObject([
      { code: 'SETTING', message: expect.stringContaining(why), hint: expect.any(String) },
    ]);
    expect(read.problems[0]?.message).toContain(`below/${name}`);
    expect(read.problems[0]?.failed).toBeUndefined();
  });

  test('and the next name in the same folder counts', () => {
    const files = { 'deploytrack.json': '{"environment": "qa"}' };
    const read = settings({ files, prepare: (root) => mkdirSync(join(root, name)) });
    expect(read.text('environment')).toBe('qa');
    expect(read.problems).toHaveLength(1);
  });

  test('a settings file with a mark of the byte order is one', () => {
    const files = { 'deploytrack.json': '\ufeff{"environment": "qa"}' };
    expect(settings({ files })).toMatchObject({ problems: [] });
  });
});

describe('a settings file that was meant and cannot be read fails where a wrong setting fails:', () => {
  test.each(unreadable)('$what', ({ why, lay }) => {
    const files = { [`above/${name}`]: 'environment: above' };
    const found = {
      files,
      cwd: 'above/below',
      prepare: (root: string) => lay(join(root, 'above/below', name)),
    };
    const read = settings(found);
    expect(read.text('environment')).toBe('above');
    expect(read.problems).toMatchObject([
      { message: expect.stringContaining(`below/${name} was not read: `), failed: 'recording' },
    ]);
    expect(read.problems[0]?.message).toContain(why);
    expect(() => settings({ ...found, strictly: true })).toThrow(why);
    expect(() => settings({ ...found, options: { strict: true } })).toThrow(why);
  });
});

describe('a link of ours', () => {
  test('is followed', () => {
    const prepare = (root: string) => {
      writeFileSync(join(root, 'real.yaml'), 'environment: qa', { mode: 0o644 });
      symlinkSync('real.yaml', join(root, name));
    };
    expect(settings({ prepare })).toMatchObject({ problems: [] });
    expect(settings({ prepare }).text('environment')).toBe('qa');
  });
});

function giveAway(path: string): void {
  chownSync(path, strangerId, strangerId);
}

/** Its name stays when the process has ended. */
function laySocket(path: string): void {
  const script = 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])';
  const end = spawnSync('python3', ['-c', script, path]);
  if (end.status !== 0) throw new Error(String(end.stderr));
}
