import type { LookupFunction } from 'node:net';
import { expect, test } from 'vitest';
import { sharedLookup } from '../../src/probe/lookup.ts';

test('attempts that wait for the same name ask once, and ask again afterwards', () => {
  const asked: Parameters<LookupFunction>[2][] = [];
  const lookup = sharedLookup((_name, _options, callback) => void asked.push(callback));
  const answers: unknown[] = [];
  const note = (_error: unknown, address: unknown) => void answers.push(address);
  lookup('web', { all: true }, note);
  lookup('web', { all: true }, note);
  lookup('db', { all: true }, note);
  expect(asked.length).toBe(2);
  asked[0]?.(null, '10.0.0.1', 4);
  expect(answers).toEqual(['10.0.0.1', '10.0.0.1']);
  lookup('web', { all: true }, note);
  expect(asked.length).toBe(3);
});
