import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WireGuard } from '../../src/fleet/wireGuard.ts';
import { message } from '../support/postgresMessages.ts';

const anyMessage = fc
  .record({
    code: fc.constantFrom('E', 'N', 'R', 'D', 'Z', 'T'),
    body: fc.array(fc.constantFrom(0, 0, 65, 255), { maxLength: 6 }),
    length: fc.option(fc.nat(40), { nil: undefined, freq: 8 }),
  })
  .map(({ code, body, length }) => message(code, Buffer.from(body), length));

function verdict(chunks: readonly Buffer[]): string {
  const guard = new WireGuard({ mostBytes: 1000 });
  try {
    for (const chunk of chunks) guard.take(chunk);
    return 'taken';
  } catch (error) {
    return (error as Error).message;
  }
}

test('the answer of a server is judged the same in whatever parts it comes', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 6 }), fc.nat(9), (messages, size) => {
      const all = Buffer.concat(messages);
      const parts = Array.from({ length: Math.ceil(all.length / (size + 1)) }, (_, at) =>
        all.subarray(at * (size + 1), (at + 1) * (size + 1)),
      );
      expect(verdict(parts)).toBe(verdict([all]));
    }),
  );
});

test('an error is taken only if its last field has an end', () => {
  expect(verdict([message('E', 'SERROR\0C57P01\0Mbye\0\0')])).toBe('taken');
  expect(verdict([message('E', '\0')])).toBe('taken');
  for (const body of ['', 'S', 'SERROR', 'SERROR\0', '\0x'])
    expect(verdict([message('E', body)])).toMatch(/no end/);
});

test('an answer may be long, if it consists of answers to several queries', () => {
  const part = [message('D', Buffer.alloc(600)), message('Z', 'I')];
  expect(verdict([...part, ...part])).toBe('taken');
  expect(verdict([message('D', Buffer.alloc(600)), message('D', Buffer.alloc(600))])).toBe('it is too long');
});
