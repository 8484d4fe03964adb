import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineReader } from '../../src/child/lines.ts';

function linesOf(chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  const reader = lineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.take(chunk);
  reader.end();
  return lines;
}

test('lines are the same however their bytes are split into chunks', () => {
  const text = fc.array(fc.constantFrom('a', 'ü', '€', '😀', '\n', '\r\n', ' '), { maxLength: 60 });
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 200 })), (characters, cuts) => {
      const whole = characters.join('');
      const bytes = Buffer.from(whole);
      const at = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
      const expected = whole.split(/\r?\n/);
      if (expected.at(-1) === '') expected.pop();
      expect(linesOf(chunks)).toEqual(expected);
    }),
  );
});

test('only the first 10,000 characters of an endless line are stored', () => {
  const lines = linesOf([...Array<Buffer>(100).fill(Buffer.alloc(10_000, 'x')), Buffer.from('\nnext')]);
  expect(lines.map((line) => line.length)).toEqual([10_000, 4]);
});
