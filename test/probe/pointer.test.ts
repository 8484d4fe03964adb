import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPointer, resolvePointer } from '../../src/probe/pointer.ts';

describe('JSON pointer', () => {
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
  ])('the pointer %j finds the value that the RFC gives', (pointer, value) => {
    expect(resolvePointer(document, pointer)).toEqual(value);
  });

  test('the pointer part ~01 means ~1 and not a slash', () => {
    expect(resolvePointer({ '~1': 'here' }, '/~01')).toBe('here');
  });

  test.each(['version', '/a~', '/a~2b', '~'])('the pointer %j is rejected', (text) => {
    expect(isPointer(text)).toBe(false);
  });

  test('a pointer reaches every key of every object if it is escaped', () => {
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
