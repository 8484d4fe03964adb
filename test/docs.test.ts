import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { acceptedOptions } from '../src/cli/define/readInput.ts';
import { commandTable } from '../src/cli/table/commands.ts';
import { faults } from './examples/github/lint.ts';
import { blocksIn, checked, has, pages, readme, root, tempFile } from './readme/document.ts';
import { invocationsIn } from './readme/takeApart.ts';
import { because } from './support/because.ts';

/** README.md and every page of docs/: commands, options and variables exist, and code blocks are valid. */
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

test.each(pages)('$name mentions only existing commands and their options', ({ code }) => {
  const unknown = invocationsIn(code).flatMap(({ word, options }) => {
    const found = commandTable.find((one) => one.name === word);
    // `notes` is a line that a remote script prints, not a command here.
    if (found === undefined) return isFamily(word) || ['help', 'notes'].includes(word) ? [] : [word];
    const taken = acceptedOptions(found).map(([name]) => `--${name}`);
    return options.filter((option) => !taken.includes(option)).map((option) => `${word} ${option}`);
  });
  expect(unknown).toEqual([]);
});

test.each(pages)('$name mentions only variables that are read', ({ text }) => {
  const named = text.match(/\bDEPLOYTRACK_[A-Z_]*[A-Z]\b/g) ?? [];
  expect(named.filter((name) => !isRead(name.replace(/_FILE$/, '')))).toEqual([]);
});

describe('Code blocks of the documentation', () => {
  test.each(blocksIn('bash'))('bash can parse the block of $name: $text', ({ text }) => {
    checked('bash', ['-n', tempFile('example.sh', text)]);
  });

  test.skipIf(because(!has('shellcheck'), 'no shellcheck')).each(blocksIn('bash'))(
    'shellcheck finds no problem in $name: $text',
    ({ text }) => {
      // Placeholders in a page are in capitals.
      checked('shellcheck', ['--shell=bash', tempFile('example.sh', text)]);
    },
  );

  test('JSON and YAML blocks of the documentation can be parsed', () => {
    for (const { text } of blocksIn('json')) JSON.parse(text);
    for (const { text } of blocksIn('yaml')) expect(parse(text)).toBeTypeOf('object');
  });

  test.each(blocksIn('yaml').filter(({ text }) => /^jobs:/m.test(text)))(
    "GitHub's linter finds no problem in $name",
    async ({ text }) => {
      expect(await faults('workflow', text)).toEqual([]);
    },
  );
});

test.skipIf(because(!has('jq'), 'no jq'))(
  'the recipe for the result of finish fails and prints nothing if no deployment was closed',
  () => {
    const filter = /finish --json \| tail -n 1 \| jq (-\w+) '([^']+)'/.exec(
      readFileSync(join(root, 'docs/arc.md'), 'utf8'),
    );
    const [, option = '', program = ''] = filter ?? [];
    const { status, stdout } = spawnSync('jq', [option, program], { input: '{"deployment_id":null}' });
    expect([status, stdout.toString()]).toEqual([5, '']);
  },
);

/** Whether the code has a variable's name, either whole or as a prefix with an appended word. */
function isRead(name: string): boolean {
  if (sources.includes(name)) return true;
  const prefixes = new Set(sources.match(/\bDEPLOYTRACK_[A-Z]+_(?=[$'])/g));
  return [...prefixes].some((one) => name.startsWith(one) && sources.includes(`'${name.slice(one.length)}'`));
}

/** `phase`: the first word of several commands. */
function isFamily(word: string): boolean {
  return commandTable.some(({ name }) => name.startsWith(`${word} `));
}
