import { expect, test } from 'vitest';
import { whileHeld } from '../../src/files/whileHeld.ts';

/** Fails so many times with a code, then returns how often it was tried. */
function held(code: string, times: number) {
  let tries = 0;
  return () => {
    tries += 1;
    if (tries <= times) throw Object.assign(new Error(code), { code });
    return tries;
  };
}

test.each([
  ['open', 'EBUSY'],
  ['replace', 'EBUSY'],
  ['replace', 'EPERM'],
  ['replace', 'EACCES'],
] as const)('on Windows, to %s a file that is held (%s) is tried again', (kind, code) => {
  expect(whileHeld(kind, held(code, 2), true)).toBe(3);
});

test('a file that stays held is an error in the end', () => {
  expect(() => whileHeld('replace', held('EBUSY', 1000), true)).toThrow('EBUSY');
});

test.each([
  ['that may not be opened', 'open', 'EACCES', true],
  ['that does not exist', 'replace', 'ENOENT', true],
  ['of another system', 'replace', 'EBUSY', false],
] as const)('a file %s is an error at once', (_, kind, code, isWindows) => {
  expect(() => whileHeld(kind, held(code, 1), isWindows)).toThrow(code);
});
