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

describe('Settings file', () => {
  test.each(['deploytrack.yaml', 'deploytrack.yml', 'deploytrack.json'])(
    'a settings file may be called %s',
    (name) => {
      expect(
        settings({
          files: { [name]: name.endsWith('json') ? '{"environment": "qa"}' : 'environment: qa' },
        }).text('environment'),
      ).toBe('qa');
    },
  );

  test('the nearest settings file upwards is read', () => {
    const files = { 'deploytrack.yaml': 'environment: far', 'a/deploytrack.yaml': 'environment: near' };
    expect(settings({ files, cwd: 'a/b/c' }).text('environment')).toBe('near');
    expect(settings({ files, cwd: 'z' }).text('environment')).toBe('far');
  });

  test('a version in a settings file is used as written', () => {
    expect(settings({ files: yaml('version: 1.10') }).text('version')).toBe('1.10');
  });

  test.each([
    ['is empty', ''],
    ['is only a comment', '# nothing'],
    ['has a null value', 'environment:'],
  ])('a settings file that %s sets nothing', (_, text) => {
    expect(settings({ files: yaml(text) })).toMatchObject({ problems: [] });
  });

  test.each([
    ['is a list', '- a\n- b'],
    ['is a single word', 'hello'],
    ['is not valid YAML', 'a: [b'],
  ])('a settings file that %s gives one warning with a hint', (_, text) => {
    expect(settings({ files: yaml(text) }).problems).toMatchObject([
      { code: 'SETTING', message: expect.stringContaining('cannot be read'), hint: expect.any(String) },
    ]);
  });

  test('a settings file of 30 000 keys is refused at once, one of 900 keys is read', () => {
    const keys = (count: number) => Array.from({ length: count }, (_, at) => `key-${at}: x\n`).join('');
    const messageOf = (count: number) => settings({ files: yaml(keys(count)) }).problems[0]?.message;
    expect(messageOf(30_000)).toMatch(/cannot be read: it contains too many keys/);
    expect(messageOf(900)).toMatch(/unknown keys key-0, key-1/);
    const twice = settings({ files: yaml('environment: qa\nenvironment: qb\n') });
    expect(twice.problems[0]?.message).toMatch(/cannot be read: Map keys must be unique/);
  });

  test('unknown keys of a settings file give one warning that names them, even with `--strict`', () => {
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

  test.each([
    ['deploytrack.yaml', 'gateway: [http://a:9091, http://b:9091]'],
    ['deploytrack.yaml', 'gateway:\n  - http://a:9091\n  - http://b:9091'],
    ['deploytrack.json', '{"gateway": ["http://a:9091", "http://b:9091"]}'],
  ])('several gateways may be a list in %s: %j', (name, text) => {
    const found = settings({ files: { [name]: text } });
    expect(found.problems).toEqual([]);
    expect(found.text('gateway')).toBe('http://a:9091,http://b:9091');
  });

  test('a list as the value of a key gives one warning', () => {
    const read = settings({ files: yaml('deployment: [a, b]') });
    expect(read.text('deployment')).toBeNull();
    expect(read.problems).toHaveLength(1);
  });

  test('the settings file declares what starts at zero', () => {
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

describe('Settings file that others may write', () => {
  test.each([0o666, 0o664, 0o646])('a settings file with mode %o is not read, with one warning', (mode) => {
    const read = settings({ files: yaml('environment: qa'), mode });
    expect(read.text('environment')).toBeNull();
    expect(read.problems).toMatchObject([
      { code: 'SETTING', message: expect.stringContaining('other accounts can write to it') },
    ]);
  });

  test.skipIf(notRoot())('a settings file of another account is not read, with one warning', () => {
    const read = settings({ files: yaml('environment: qa'), prepare: (root) => giveAway(join(root, name)) });
    expect(read.text('environment')).toBeNull();
    expect(read.problems).toMatchObject([{ message: expect.stringContaining('belongs to another account') }]);
  });

  test.skipIf(notRoot())('a settings file of root is read by every account', () => {
    expect(settings({ files: yaml('environment: qa'), uid: 4711 }).text('environment')).toBe('qa');
  });

  test('a settings file behind a link into a folder that others may write is not read, with one warning', () => {
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

  test.skipIf(notRoot())(
    "a settings file of root's behind a link of another account is not read, with one warning",
    () => {
      const prepare = (root: string) => {
        writeFileSync(join(root, 'real.yaml'), 'environment: qa', { mode: 0o644 });
        symlinkSync('real.yaml', join(root, name));
        lchownSync(join(root, name), strangerId, strangerId);
      };
      const read = settings({ prepare });
      expect(read.text('environment')).toBeNull();
      expect(read.problems).toMatchObject([
        { message: expect.stringContaining('a link of another account') },
      ]);
    },
  );
});

describe('Search beyond a settings file that is not read', () => {
  const files = { [`above/${name}`]: 'environment: above', [`above/below/${name}`]: 'environment: below' };
  const below = 'above/below';

  test.skipIf(notRoot()).each([
    { title: 'of another account', mode: 0o644 },
    { title: 'of another account that this account may not open', mode: 0o600 },
  ])('the search continues upwards after a settings file $title', ({ mode }) => {
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

  test('the search continues upwards after a settings file that others may write', () => {
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

/** What may be in place of a settings file, by the message about it. */
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

/** Files that were meant as settings. */
const unreadable: readonly Oddity[] = [
  {
    what: 'larger than the limit',
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
];

describe('Something else in place of a settings file', () => {
  test.each(oddities)(
    '$what in place of a settings file gives one warning, and the search continues upwards',
    ({ why, lay }) => {
      const files = { [`above/${name}`]: 'environment: above' };
      const prepare = (root: string) => lay(join(root, 'above/below', name));
      const read = settings({ files, cwd: 'above/below/job', prepare });
      expect(read.text('environment')).toBe('above');
      expect(read.problems).toMatchObject([
        { code: 'SETTING', message: expect.stringContaining(why), hint: expect.any(String) },
      ]);
      expect(read.problems[0]?.message).toContain(`below/${name}`);
      expect(read.problems[0]?.failed).toBeUndefined();
    },
  );

  test('the next file name in the same folder is read if the first one is not a file', () => {
    const files = { 'deploytrack.json': '{"environment": "qa"}' };
    const read = settings({ files, prepare: (root) => mkdirSync(join(root, name)) });
    expect(read.text('environment')).toBe('qa');
    expect(read.problems).toHaveLength(1);
  });

  test('a settings file may begin with a byte order mark', () => {
    const files = { 'deploytrack.json': '\ufeff{"environment": "qa"}' };
    expect(settings({ files })).toMatchObject({ problems: [] });
  });

  test.each([
    ['deploytrack.yaml', 'environment: qä'],
    ['deploytrack.json', '{"environment": "qä"}'],
  ])('%s may be in UTF-16, as Windows PowerShell writes with `>`', (file, text) => {
    const prepare = (root: string) =>
      writeFileSync(join(root, file), Buffer.from(`\ufeff${text}\r\n`, 'utf16le'));
    const read = settings({ files: {}, prepare });
    expect(read.text('environment')).toBe('qä');
    expect(read.problems).toEqual([]);
  });
});

describe('Settings file that cannot be read', () => {
  test.each(unreadable)('a settings file $what fails like an invalid setting', ({ why, lay }) => {
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

describe('Link of this account', () => {
  test('a settings file behind a link of this account is read', () => {
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

/** The socket file stays when the process has ended. */
function laySocket(path: string): void {
  const script = 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])';
  const end = spawnSync('python3', ['-c', script, path]);
  if (end.status !== 0) throw new Error(String(end.stderr));
}
