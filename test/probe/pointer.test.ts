import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPointer, resolvePointer } from '../../src/probe/pointer.ts';

describe('a JSON pointer', () => {
  // The document and the pointers of RFC 6901, section 5.
  const document = {
    foo: ['bar', 'baz'],
    '': 0,
    'a/b': 1,
    'c%d': 2,
    'e^f': 3,
    'g|h': 4,
    'i\\j': 5,
    'k"l': 6,
    ' ': 7,
    'm~n': 8,
  };

  test.each([
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
    ['/foo/2', undefined],
    ['/foo/-', undefined],
    ['/foo/00', undefined],
    ['/foo/length', undefined],
    ['/foo/0/0', undefined],
    ['/constructor', undefined],
    ['/nothing/below', undefined],
  ])('%j names what the RFC says', (pointer, value) => {
    expect(resolvePointer(document, pointer)).toEqual(value);
  });

  test('turns ~01 into ~1, not into a slash', () => {
    expect(resolvePointer({ '~1': 'here' }, '/~01')).toBe('here');
  });

  test.each(['version', '/a~', '/a~2b', '~'])('is refused as %j', (text) => {
    expect(isPointer(text)).toBe(false);
  });

  test('reaches every key of every object, once escaped', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (keys) => {
        const nested = keys.reduceRight<unknown>((value, key) => Object.fromEntries([[key, value]]), 'found');
        const pointer = keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
        expect(isPointer(pointer)).toBe(true);
        expect(resolvePointer(nested, pointer)).toBe('found');
      }),
    );
  });
});
