import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csv } from '../../src/report/csv.ts';
import { markdownTable, markdownText } from '../../src/report/markdown.ts';
import { breakCommands, breakCommandsInJson } from '../../src/report/messages/ciCommands.ts';
import { exactly, guardedContext } from '../../src/report/messages/ciOutput.ts';
import { formatMessage } from '../../src/report/messages/warnings.ts';
import { visibleLines } from '../../src/text/visible.ts';
import { files } from '../support/sourceFiles.ts';

/** Texts of what matters to one of the readers, mixed with others. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '::',
          '##[',
          '##vso[',
          '#',
          '[',
          ':',
          '\n',
          '\r',
          '\r\n',
          ' ',
          '\t',
          '\u00a0',
          '\u200b',
          '\u202e',
          '\u3000',
          '\u0085',
          '\ufeff',
        ],
        ...[
          '@name',
          'https://a.b',
          'www.a.b',
          'a@b.c',
          '$',
          '-',
          '+',
          '=',
          '*',
          '_',
          '`',
          '|',
          '>',
          '<b>',
          '\\',
          '1.',
          '2)',
          '~',
          '&',
          '!',
        ],
      ),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));

describe('what a CI reads', () => {
  /** As the runners look for commands; they take characters that show nothing for nothing. */
  const shown = (one: string) => one.replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, '');
  const lines = (whole: string) => whole.split(/\r\n|\r|\n/).map(shown);

  test('has no command in it, whatever it was', () => {
    fc.assert(
      fc.property(text, (one) => {
        const broken = breakCommands(one);
        expect(lines(broken).filter((line) => line.trimStart().startsWith('::'))).toEqual([]);
        expect(shown(broken)).not.toMatch(/##(?:vso)?\[/i);
      }),
    );
  });

  test('has all of its characters still, and only blanks more', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(breakCommands(one).replaceAll(' ', '')).toBe(one.replaceAll(' ', ''));
      }),
    );
  });

  test('is what it was where no command is in it', () => {
    const harmless = 'std::token a::b c:: [::1]:9091 #1 ## heading\n# [x] #[x]\n';
    expect(breakCommands(harmless)).toBe(harmless);
  });

  test('is the same JSON', () => {
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const json = breakCommandsInJson(JSON.stringify(texts));
        expect(JSON.parse(json)).toEqual(texts);
        expect(json).not.toMatch(/##(?:vso)?\[/i);
      }),
    );
  });

  test('is guarded at both outputs, and only in a CI; what must be exact goes past it', () => {
    const written: string[] = [];
    const output = {
      write: (one: string) => void written.push(one),
      writeAtOnce: () => true,
      problem: null,
      isTerminal: false,
      columns: undefined,
    };
    const world = (env: Record<string, string>) => ({ env, stdout: output, stderr: output }) as never;
    expect(guardedContext(world({ CI: 'true' }))).toEqual(world({ CI: 'true' }));
    for (const env of [{ GITHUB_ACTIONS: 'true' }, { TF_BUILD: 'True' }, { TEAMCITY_VERSION: '2026.1' }]) {
      const { stdout, stderr } = guardedContext(world(env));
      for (const one of [stdout, stderr]) {
        one.write('::x');
        exactly(one).write('::y');
        expect(one.isTerminal).toBe(false);
      }
      expect(written.splice(0)).toEqual([': :x', '::y', ': :x', '::y']);
    }
    exactly(output).write('::z');
    expect(written).toEqual(['::z']);
  });
});

describe('a CSV', () => {
  test('has no field that a spreadsheet would run, but for numbers', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('=', '+', '-', '@', '\t', '\r', ''), (one, first) => {
        const [, field = ''] = csv(['h'], [[first + one]]).split(/^h\r\n/);
        const content = field.replace(/\r\n$/, '').replace(/^"/, '');
        expect(/^[=+\-@\t\r]/.test(content) && !/^[+-]?\d+(\.\d+)?"?$/.test(content)).toBe(false);
      }),
    );
  });

  test('marks formulas as text and leaves numbers alone', () => {
    const fields = [
      '=HYPERLINK("http://x","y")',
      '=cmd|x',
      '+1+1',
      '-2+3',
      '@SUM(1)',
      '-40',
      '+3.5',
      '-',
      "'=x",
      'a=b',
    ];
    expect(csv(['a'], [...fields.map((one) => [one]), [-40], [null], [true]])).toBe(
      `a\r\n"'=HYPERLINK(""http://x"",""y"")"\r\n'=cmd|x\r\n'+1+1\r\n'-2+3\r\n'@SUM(1)\r\n-40\r\n+3.5\r\n'-\r\n'=x\r\na=b\r\n-40\r\n\r\ntrue\r\n`,
    );
  });
});

describe('Markdown', () => {
  test('has a text as a text, also at the start of a line', () => {
    fc.assert(
      fc.property(text, (one) => {
        const shown = markdownText(one);
        const unescaped = shown
          .replaceAll(/\\[\\`*_[\]<>|~&#$=+.):-]/g, 'x')
          .replaceAll('&nbsp;', 'x')
          .replaceAll('&#8203;', '\u200b');
        expect(unescaped).not.toMatch(
          /[\\`*_[\]<>|~&#$]|^(?:=|[-+](?!\.?\d)|\d+[.)](?:\s|$))|:\/\/|\bwww\.|@(?!\u200b)|^[ \t]/,
        );
        expect(shown).not.toMatch(/[\n\r]/);
      }),
    );
  });

  test.each([
    ['@team look', '@&#8203;team look'],
    ['https://evil.example/x', 'https\\://evil.example/x'],
    ['www.evil.example', 'www\\.evil.example'],
    ['me@evil.example', 'me@&#8203;evil.example'],
    ['$a$ and $$b$$', '\\$a\\$ and \\$\\$b\\$\\$'],
    ['- item', '\\- item'],
    ['---', '\\---'],
    ['===', '\\==='],
    ['+ item', '\\+ item'],
    ['* item', '\\* item'],
    ['# title', '\\# title'],
    ['> quote', '\\> quote'],
    ['1. one', '1\\. one'],
    ['12) twelve', '12\\) twelve'],
    ['    code', '&nbsp;&nbsp;&nbsp;&nbsp;code'],
    ['see #12 and GH-12', 'see \\#&#8203;12 and GH-&#8203;12'],
    ['-12.5 % of 1.2', '-12.5 % of 1.2'],
    ['a | b `c` <i>d</i> [e](f) ~g~ &amp;', 'a \\| b \\`c\\` \\<i\\>d\\</i\\> \\[e\\](f) \\~g\\~ \\&amp;'],
  ])('shows %j as it is', (one, shown) => expect(markdownText(one)).toBe(shown));

  test('has titles of columns as text too', () => {
    expect(markdownTable([{ title: 'a|@b' }], []).split('\n')[0]).toBe('| a\\|@&#8203;b |');
  });
});

describe('a line on stderr', () => {
  const unseen = /\p{Default_Ignorable_Code_Point}|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

  test('shows what would show nothing, or turn the line around', () => {
    expect(formatMessage({ message: '/nope\u202e\u200b\u001b[31m\u2066x', hint: 'a\nb\u00ad' })).toBe(
      '/nope\\u202e\\u200b\\x1b[31m\\u2066x (hint: a b\\xad)',
    );
    expect(visibleLines('a\u202e\nb')).toBe('a\\u202e\nb');
  });

  test('is one line without anything unseen, whatever is in it', () => {
    fc.assert(
      fc.property(text, (one) => {
        const emoji = /\p{Extended_Pictographic}/u.test(one);
        const line = formatMessage({ message: one });
        expect(line).not.toMatch(/[\n\r]/);
        if (!emoji) expect(line).not.toMatch(unseen);
      }),
    );
  });

  test('is said by one of a few places, which make it visible', () => {
    const text = (name: string) =>
      readFileSync(fileURLToPath(new URL(`../../src/${name}`, import.meta.url)), 'utf8');
    const isMadeVisible =
      /formatMessage|problemLines|visible\(|visibleLines|asciiJson|formatPhaseComparison|\('deploytrack: [^']*'\)/;
    const writers = files.filter((name) =>
      [...text(name).matchAll(/stderr\.write\([^;]*;/g)].some(([call]) => !isMadeVisible.test(call)),
    );
    // Of several lines: the text of each goes through `formatMessage`; the live line is made of visible parts.
    expect(
      writers.filter((name) => !['report/terminal/liveLine.ts', 'report/finishReport.ts'].includes(name)),
    ).toEqual([]);
  });
});
