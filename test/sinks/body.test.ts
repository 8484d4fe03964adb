import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachLine } from '../../src/push/gateway/body.ts';

async function linesOf(chunks: Iterable<Buffer>): Promise<string[]> {
  const lines: string[] = [];
  await eachLine(Readable.from(chunks), (line) => lines.push(line));
  return lines;
}

test('lines are complete however the chunks are cut', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é', '🚀', ' ') });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (content, size) => {
      const bytes = Buffer.from(content);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      expect((await linesOf(pieces)).join('\n')).toBe(content.replace(/\n$/, ''));
    }),
  );
});

test('a line above a mebibyte is skipped to its end', async () => {
  const long = Buffer.alloc(1024 * 1024 + 1, 'x');
  expect(await linesOf([Buffer.from('a\n'), long, Buffer.from('rest\nb\n')])).toEqual(['a', 'b']);
  expect(await linesOf([Buffer.concat([long, Buffer.from('\nb\n')])])).toEqual(['b']);
  expect(await linesOf([long, Buffer.from('rest')])).toEqual([]);
});

test('a line longer than any string is not buffered', { timeout: 60_000 }, async () => {
  const piece = Buffer.alloc(1024 * 1024, 'x');
  function* endless() {
    for (let pieces = 0; pieces < 600; pieces += 1) yield piece;
    yield Buffer.from('\nb\n');
  }
  expect(await linesOf(endless())).toEqual(['b']);
});

test('a stream that breaks off is an error', async () => {
  const broken = new Readable({
    read() {
      this.push('a\n');
      this.destroy(new Error('cut'));
    },
  });
  await expect(eachLine(broken, () => {})).rejects.toThrow('cut');
});
