import { describe, expect, test } from 'vitest';
import { fileStat } from '../../src/files/fileStat.ts';

describe('File at a path', () => {
  test('fileStat returns the stat of a file', () => {
    expect(fileStat(import.meta.filename)?.isFile()).toBe(true);
  });

  test.each([
    ['if nothing exists at the path', '/nowhere/at/all'],
    ['for a path below a file', `${import.meta.filename}/below`],
    ['for a name that no file system permits', `/${'x'.repeat(300)}`],
  ])('fileStat returns null %s, so that an inaccessible settings file never blocks a command', (_, path) => {
    expect(fileStat(path)).toBeNull();
  });
});
