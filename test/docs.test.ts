import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandWords } from '../src/words/words.ts';
import { faults } from './examples/github/lint.ts';
import { powershell } from './examples/powershell.ts';
import { checked, has, root, tempFile } from './readme/document.ts';
import { invocationsIn, takeApart } from './readme/takeApart.ts';

/** Every page of docs/: what is typed exists, what is linked is there, what is pasted can be read. */
const pages = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => {
    const text = readFileSync(join(root, 'docs', name), 'utf8');
    return { name, text, ...takeApart(text) };
  });
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
  .join('\n');
const blocksOf = (language: string) =>
  pages.flatMap(({ name, blocks }) =>
    blocks.filter((block) => block.language === language).map(({ text }) => ({ name, text })),
  );

test('every page is in the list of pages', () => {
  const list = pages.find(({ name }) => name === 'README.md')?.text ?? '';
  const listed = [...list.matchAll(/^\| \[.+\]\((.+\.md)\)/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(
    pages
      .map(({ name }) => name)
      .filter((name) => name !== 'README.md')
      .sort(),
  );
});

test.each(pages)(
  '$name calls nothing that does not exist, with no option that it does not take',
  ({ code }) => {
    const unknown = invocationsIn(code).flatMap(({ word, options }) => {
      const found = commandWords.find((one) => one.name === word);
      if (found === undefined) return isFamily(word) ? [] : [word];
      const taken = found.options.map((option) => `--${option.name}`);
      return options.filter((option) => !taken.includes(option)).map((option) => `${word} ${option}`);
    });
    expect(unknown).toEqual([]);
  },
);

test.each(pages)('$name names no variable of ours that nothing reads', ({ text }) => {
  const named = text.match(/\bDEPLOYTRACK_[A-Z_]*[A-Z]\b/g) ?? [];
  expect(named.filter((name) => !isRead(name.replace(/_FILE$/, '')))).toEqual([]);
});

describe('links', () => {
  const links = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ from: `docs/${name}`, target })),
  );
  const local = links.filter(({ target }) => !/^https?:/.test(target));

  test.each(local)('$target of $from is there', ({ from, target }) => {
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? join(root, from) : join(root, dirname(from), path);
    expect(existsSync(file), relative(root, file)).toBe(true);
    if (anchor !== undefined) expect(slugs(readFileSync(file, 'utf8'))).toContain(anchor);
  });

  test('none leads out of the repository', () => {
    expect(links.filter(({ target }) => target.startsWith('/'))).toEqual([]);
    expect(local.length).toBeGreaterThan(20);
  });
});

describe('what is pasted', () => {
  test.each(blocksOf('bash'))('bash reads what $name has: $text', ({ text }) => {
    checked('bash', ['-n', tempFile('example.sh', text)]);
  });

  test.skipIf(!has('shellcheck')).each(blocksOf('bash'))(
    'shellcheck has nothing to say of $name: $text',
    ({ text }) => {
      // The names that a page leaves to its reader are in capitals.
      checked('shellcheck', ['--shell=bash', tempFile('example.sh', text)]);
    },
  );

  test.skipIf(powershell === undefined).each(blocksOf('powershell'))(
    'PowerShell reads what $name has',
    ({ text }) => {
      const file = tempFile('example.ps1', text);
      const script = `$faults = $null; [void][Management.Automation.Language.Parser]::ParseFile('${file}', [ref]$null, [ref]$faults); "$faults"`;
      const said = execFileSync(powershell ?? '', ['-NoProfile', '-NonInteractive', '-Command', script], {
        encoding: 'utf8',
        env: { ...process.env, HOME: tmpdir() },
      });
      expect(said.trim()).toBe('');
    },
  );

  test('JSON and YAML can be read', () => {
    for (const { text } of blocksOf('json')) JSON.parse(text);
    for (const { text } of blocksOf('yaml')) expect(parse(text)).toBeTypeOf('object');
  });

  test.each(blocksOf('yaml').filter(({ text }) => /^jobs:/m.test(text)))(
    "GitHub's linter has nothing to say of $name",
    async ({ text }) => {
      expect(await faults('workflow', text)).toEqual([]);
    },
  );
});

/** Whether the code has a variable's name, whole or as a prefix and a word that is put behind it. */
function isRead(name: string): boolean {
  if (sources.includes(name)) return true;
  const prefixes = new Set(sources.match(/\bDEPLOYTRACK_[A-Z]+_(?=[$'])/g));
  return [...prefixes].some((one) => name.startsWith(one) && sources.includes(`'${name.slice(one.length)}'`));
}

/** `phase`: the first half of several words. */
function isFamily(word: string): boolean {
  return commandWords.some(({ name }) => name.startsWith(`${word} `));
}

/** The anchors of a page's headings, as GitHub makes them. */
function slugs(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}
