import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { acceptedOptions } from '../src/cli/define/grammar.ts';
import { commandTable } from '../src/cli/table/commands.ts';
import { faults } from './examples/github/lint.ts';
import { powershell } from './examples/powershell.ts';
import { blocksIn, checked, has, pages, readme, root, tempFile } from './readme/document.ts';
import { invocationsIn } from './readme/takeApart.ts';
import { because, noPowershell } from './support/because.ts';

/** README.md and every page of docs/: what is typed exists, and what is pasted can be read. */
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
  .join('\n');

test('the README links every page', () => {
  const linked = [...readme.matchAll(/\]\((docs\/[\w-]+\.md)[)#]/g)].map(([, name]) => name);
  expect(
    pages.map(({ name }) => name).filter((name) => name !== 'README.md' && !linked.includes(name)),
  ).toEqual([]);
});

test.each(pages)(
  '$name calls nothing that does not exist, with no option that it does not take',
  ({ code }) => {
    const unknown = invocationsIn(code).flatMap(({ word, options }) => {
      const found = commandTable.find((one) => one.name === word);
      if (found === undefined) return isFamily(word) || word === 'help' ? [] : [word];
      const taken = acceptedOptions(found).map(([name]) => `--${name}`);
      return options.filter((option) => !taken.includes(option)).map((option) => `${word} ${option}`);
    });
    expect(unknown).toEqual([]);
  },
);

test.each(pages)('$name names no variable of ours that nothing reads', ({ text }) => {
  const named = text.match(/\bDEPLOYTRACK_[A-Z_]*[A-Z]\b/g) ?? [];
  expect(named.filter((name) => !isRead(name.replace(/_FILE$/, '')))).toEqual([]);
});

describe('what is pasted', () => {
  test.each(blocksIn('bash'))('bash reads what $name has: $text', ({ text }) => {
    checked('bash', ['-n', tempFile('example.sh', text)]);
  });

  test.skipIf(because(!has('shellcheck'), 'no shellcheck')).each(blocksIn('bash'))(
    'shellcheck has nothing to say of $name: $text',
    ({ text }) => {
      // The names that a page leaves to its reader are in capitals.
      checked('shellcheck', ['--shell=bash', tempFile('example.sh', text)]);
    },
  );

  test.skipIf(noPowershell()).each(blocksIn('powershell'))('PowerShell reads what $name has', ({ text }) => {
    const file = tempFile('example.ps1', text);
    const script = `$faults = $null; [void][Management.Automation.Language.Parser]::ParseFile('${file}', [ref]$null, [ref]$faults); "$faults"`;
    const said = execFileSync(powershell ?? '', ['-NoProfile', '-NonInteractive', '-Command', script], {
      encoding: 'utf8',
      env: { ...process.env, HOME: tmpdir() },
    });
    expect(said.trim()).toBe('');
  });

  test('JSON and YAML can be read', () => {
    for (const { text } of blocksIn('json')) JSON.parse(text);
    for (const { text } of blocksIn('yaml')) expect(parse(text)).toBeTypeOf('object');
  });

  test.each(blocksIn('yaml').filter(({ text }) => /^jobs:/m.test(text)))(
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
  return commandTable.some(({ name }) => name.startsWith(`${word} `));
}
