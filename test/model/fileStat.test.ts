import { describe, expect, test } from 'vitest';
import { fileStat } from '../../src/files/fileStat.ts';

describe('what stands at a path', () => {
  test('is told of a file', () => {
    expect(fileStat(import.meta.filename)?.isFile()).toBe(true);
  });

  test.each([
    ['where nothing is', '/nowhere/at/all'],
    ['below a file', `${import.meta.filename}/below`],
    ['of a name that no file system has', `/${'x'.repeat(300)}`],
  ])(
    'is null %s: a settings file that may not be looked for never keeps a command from running',
    (_, path) => {
      expect(fileStat(path)).toBeNull();
    },
  );
});
