import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csv } from '../../src/report/csv.ts';
import { markdownTable, markdownText } from '../../src/report/markdown.ts';
import { breakCommands, breakCommandsInJson } from '../../src/report/messages/ciCommands.ts';
import { exactly, formatMessage, guardedContext } from '../../src/report/messages/warnings.ts';
import { visibleLines } from '../../src/text/visible.ts';
import { files } from '../support/sourceFiles.ts';

/** Random mixtures of texts that have a meaning for one of the readers. */
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

describe('Output in a CI', () => {
  /** Lines as runners search them for commands: they ignore invisible characters. */
  const shown = (one: string) => one.replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, '');
  const lines = (whole: string) => whole.split(/\r\n|\r|\n/).map(shown);

  test('output in a CI contains no CI command, whatever the text', () => {
    fc.assert(
      fc.property(text, (one) => {
        const broken = breakCommands(one);
        expect(lines(broken).filter((line) => line.trimStart().startsWith('::'))).toEqual([]);
        expect(shown(broken)).not.toMatch(/##(?:vso)?\[/i);
      }),
    );
  });

  test('output in a CI keeps all characters and only adds spaces', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(breakCommands(one).replaceAll(' ', '')).toBe(one.replaceAll(' ', ''));
      }),
    );
  });

  test('output in a CI is unchanged if it contains no command', () => {
    const harmless = 'std::token a::b c:: [::1]:9091 #1 ## heading\n# [x] #[x]\n';
    expect(breakCommands(harmless)).toBe(harmless);
  });

  test('JSON output in a CI has the same content', () => {
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const json = breakCommandsInJson(JSON.stringify(texts));
        expect(JSON.parse(json)).toEqual(texts);
        expect(json).not.toMatch(/##(?:vso)?\[/i);
      }),
    );
  });

  test('both outputs are guarded, only in a CI, and only for output that may be changed', () => {
    const written: string[] = [];
    const output = {
      write: (one: string) => void written.push(one),
      writeAtOnce: () => true,
      problem: null,
      isTerminal: false,
      columns: undefined,
      rows: undefined,
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

describe('CSV', () => {
  test('a CSV has no field except numbers that a spreadsheet would execute', () => {
    fc.assert(
      fc.property(text, fc.constantFrom('=', '+', '-', '@', '\t', '\r', ''), (one, first) => {
        const [, field = ''] = csv(['h'], [[first + one]]).split(/^h\r\n/);
        const content = field.replace(/\r\n$/, '').replace(/^"/, '');
        expect(/^[=+\-@\t\r]/.test(content) && !/^[+-]?\d+(\.\d+)?"?$/.test(content)).toBe(false);
      }),
    );
  });

  test('a CSV marks formulas as text and does not change numbers', () => {
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
  test('a text in Markdown stays text, even at the start of a line', () => {
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
  ])('Markdown shows %j as plain text', (one, shown) => expect(markdownText(one)).toBe(shown));

  test('titles of columns in Markdown stay text too', () => {
    expect(markdownTable([{ title: 'a|@b' }], []).split('\n')[0]).toBe('| a\\|@&#8203;b |');
  });
});

describe('Lines on stderr', () => {
  const unseen = /\p{Default_Ignorable_Code_Point}|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

  test('a line on stderr makes invisible and direction characters visible', () => {
    expect(formatMessage({ message: '/nope\u202e\u200b\u001b[31m\u2066x', hint: 'a\nb\u00ad' })).toBe(
      '/nope\\u202e\\u200b\\x1b[31m\\u2066x (hint: a b\\xad)',
    );
    expect(visibleLines('a\u202e\nb')).toBe('a\\u202e\nb');
  });

  test('a line on stderr is one line without invisible characters, whatever the text', () => {
    fc.assert(
      fc.property(text, (one) => {
        const emoji = /\p{Extended_Pictographic}/u.test(one);
        const line = formatMessage({ message: one });
        expect(line).not.toMatch(/[\n\r]/);
        if (!emoji) expect(line).not.toMatch(unseen);
      }),
    );
  });

  test('lines on stderr are written in few places, which make all characters visible', () => {
    const text = (name: string) =>
      readFileSync(fileURLToPath(new URL(`../../src/${name}`, import.meta.url)), 'utf8');
    const isMadeVisible =
      /formatMessage|problemLines|fitMessages|visible\(|visibleLines|asciiJson|formatPhaseComparison|\('deploytrack: [^']*'\)/;
    const writers = files.filter((name) =>
      [...text(name).matchAll(/stderr\.write\([^;]*;/g)].some(([call]) => !isMadeVisible.test(call)),
    );
    // `fitMessages` gets what others have made visible. These write several lines: the text of each goes through `formatMessage`; the live line has visible parts only.
    expect(
      writers.filter((name) => !['report/terminal/liveLine.ts', 'report/finishReport.ts'].includes(name)),
    ).toEqual([]);
  });
});
