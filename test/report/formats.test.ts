import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csv } from '../../src/report/csv.ts';
import { asciiJson } from '../../src/report/json.ts';
import { markdownTable } from '../../src/report/markdown.ts';
import { hostileTexts } from './testView.ts';

const anyText = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary', maxLength: 60 }));

describe('JSON', () => {
  test('JSON output is ASCII and has the original values', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, pretty) => {
        const json = asciiJson({ text }, { pretty });
        expect(json).toMatch(/^[\x20-\x7e\n]*$/);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });

  test('JSON output is one line, and keys keep their order', () => {
    expect(asciiJson({ b: 'ü😀', a: [1, null, '\u007f'] })).toBe(
      '{"b":"\\u00fc\\ud83d\\ude00","a":[1,null,"\\u007f"]}',
    );
  });
});

describe('CSV', () => {
  test('CSV output has a header, CRLF, empty fields for null, and quotes if needed', () => {
    expect(
      csv(
        ['a', 'b'],
        [
          ['x', 1.5],
          [null, true],
          ['say "hi", you', 'two\nlines'],
        ],
      ),
    ).toBe('a,b\r\nx,1.5\r\n,true\r\n"say ""hi"", you","two\nlines"\r\n');
  });

  test('CSV output preserves line ends as data and makes escapes visible', () => {
    expect(csv(['a'], [['\u001b[31m\r\n\u202e']])).toBe('a\r\n"\\x1b[31m\r\n\\u202e"\r\n');
  });

  test('CSV output preserves every printable text, with an apostrophe before one that a spreadsheet would execute', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') })),
        (texts) => {
          expect(
            readCsv(
              csv(
                ['h'],
                texts.map((text) => [text]),
              ),
            ),
          ).toEqual([['h'], ...texts.map((text) => [text.startsWith('\r') ? `'${text}` : text])]);
        },
      ),
    );
  });
});

test('a Markdown row is one line with as many cells as the header, whatever it contains', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const lines = markdownTable([{ title: 'a' }, { title: 'b', align: 'right' }], [[text, text]]).split(
        '\n',
      );
      expect(lines).toHaveLength(4);
      expect(lines[1]).toBe('| --- | ---: |');
      expect(lines[2]?.match(/(?<!\\)(\\\\)*\|/g)).toHaveLength(3);
    }),
  );
});

test('Markdown output shows text and not markup', () => {
  expect(markdownTable([{ title: 'a' }], [['a|b <script>\n`x` v1_2']]).split('\n')[2]).toBe(
    '| a\\|b \\<script\\>\\\\n\\`x\\` v1\\_2 |',
  );
});

/** A minimal reader of RFC 4180. */
function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  for (const [, field = '', end] of text.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/g)) {
    record.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (end === ',') continue;
    records.push(record);
    record = [];
  }
  return records;
}
