import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markLines } from '../../src/child/markLines.ts';

/** A filter that takes `phase …` as marks, and what it has read. */
function filtering({ hides }: { hides: boolean }) {
  const read: string[] = [];
  let tooLong = 0;
  const filter = markLines({
    hides,
    read: (text) => {
      read.push(text);
      return text.startsWith('phase ');
    },
    tooLong: () => {
      tooLong += 1;
    },
  });
  return { ...filter, read, tooLong: () => tooLong };
}

/** Pieces of output, of which some are lines with marks, and some are nearly. */
const piece = fc.oneof(
  fc.constantFrom(
    '::deploytrack phase start a\n',
    '::deploytrack phase end a\r\n',
    '::deploytrack unknown\n',
    '::deploytrack',
    '::deploytrack ',
    ':',
    '\n',
    '\r',
    'phase start a\n',
    ' ::deploytrack phase start a\n',
    `::deploytrack phase ${'x'.repeat(1100)}\n`,
  ),
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);
const output = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1'));
const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });

function chunksOf(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...new Set(at.filter((cut) => cut < bytes.length))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** The output without the lines that are marks, by a search in the whole of it. */
function withoutMarks(bytes: Buffer): Buffer {
  const lines = bytes.toString('latin1').split(/(?<=\n)/);
  const isMark = (line: string) => line.startsWith('::deploytrack phase ') && line.trimEnd().length <= 1024;
  return Buffer.from(lines.filter((line) => !isMark(line)).join(''), 'latin1');
}

describe('Output with marks', () => {
  test('all bytes are passed on unchanged and at once if nothing is hidden', () => {
    fc.assert(
      fc.property(output, cuts, (bytes, at) => {
        const filter = filtering({ hides: false });
        for (const chunk of chunksOf(bytes, at)) expect(filter.take(chunk)).toEqual(chunk);
        expect([filter.release().length, filter.end().length]).toEqual([0, 0]);
      }),
    );
  });

  test('exactly the lines that are marks are hidden, however the bytes are split', () => {
    fc.assert(
      fc.property(output, cuts, (bytes, at) => {
        const filter = filtering({ hides: true });
        const shown = chunksOf(bytes, at).map((chunk) => filter.take(chunk));
        expect(Buffer.concat([...shown, filter.end()])).toEqual(withoutMarks(bytes));
      }),
    );
  });

  test('the same marks are read however the bytes are split, hidden or not', () => {
    fc.assert(
      fc.property(output, cuts, fc.boolean(), (bytes, at, hides) => {
        const [whole, split] = [filtering({ hides: !hides }), filtering({ hides })];
        whole.take(bytes);
        whole.end();
        for (const chunk of chunksOf(bytes, at)) {
          split.take(chunk);
          split.release();
        }
        split.end();
        expect([split.read, split.tooLong()]).toEqual([whole.read, whole.tooLong()]);
      }),
    );
  });

  test('a prompt without a line end is passed on at once unless it can begin a mark', () => {
    const filter = filtering({ hides: true });
    expect(filter.take(Buffer.from('Continue? ')).toString()).toBe('Continue? ');
    expect(filter.take(Buffer.from('y\n::deploytr')).toString()).toBe('y\n');
    expect(filter.take(Buffer.from('a: ')).toString()).toBe('::deploytra: ');
  });

  test('a line that was passed on in part is passed on whole, and is still a mark', () => {
    const filter = filtering({ hides: true });
    filter.take(Buffer.from('::deploytrack phase st'));
    expect(filter.release().toString()).toBe('::deploytrack phase st');
    expect(filter.take(Buffer.from('art a\nx')).toString()).toBe('art a\nx');
    expect(filter.read).toEqual(['phase start a']);
  });

  test('a mark of 1,024 bytes is read, and a longer line is ordinary output', () => {
    const filter = filtering({ hides: true });
    const line = (length: number) => `${'::deploytrack phase '.padEnd(length, 'x')}\n`;
    expect(filter.take(Buffer.from(line(1024) + line(1025))).toString()).toBe(line(1025));
    expect([filter.read.length, filter.tooLong()]).toEqual([1, 1]);
  });
});
