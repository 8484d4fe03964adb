import { describe, expect, test } from 'vitest';
import { settings, yaml } from './settingsOf.ts';

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
      { code: 'SETTING', message: expect.stringContaining('may be written by others') },
    ]);
  });

  test('it is of another account', () => {
    // Root's own files are trusted: there the account of the test must be told apart by another way.
    if (process.getuid?.() === 0) return;
    const read = settings({ files: yaml('environment: qa'), uid: 4711 });
    expect(read.text('environment')).toBeNull();
    expect(read.problems).toMatchObject([{ message: expect.stringContaining('belongs to another account') }]);
  });

  test('of root is read', () => {
    if (process.getuid?.() !== 0) return;
    expect(settings({ files: yaml('environment: qa'), uid: 4711 }).text('environment')).toBe('qa');
  });
});
