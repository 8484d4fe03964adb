import { describe, expect, test } from 'vitest';
import { fileStat } from '../../src/files/fileStat.ts';

describe('File at a path', () => {
  test('fileStat returns the stat of a file', () => {
    expect(fileStat(import.meta.filename)?.isFile()).toBe(true);
  });

  test.each([
    ['where nothing is', '/nowhere/at/all'],
    ['below a file', `${import.meta.filename}/below`],
    ['of a name that no file system has', `/${'x'.repeat(300)}`],
  ])('fileStat returns null %s, so that an inaccessible settings file never blocks a command', (_, path) => {
    expect(fileStat(path)).toBeNull();
  });
});
