import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bench } from './bench.ts';
import { markdownTables } from './markdown.ts';
import { readOptions } from './options.ts';
import { groups } from './rows/all.ts';
import { terminalTables } from './table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('a tiny run on the built program prints its figures, and says why others are missing', async () => {
  const options = readOptions([
    '1',
    '--built',
    '--only=deploytrack --version',
    '--only',
    'cache of another Node',
  ]);
  const { tables } = await bench(root, options, () => {});
  const text = tables.map(terminalTables).join('\n');
  expect(text).toMatch(/^deploytrack --version +\d+\.\d\d +\d+\.\d\d +\d+\.\d +1\.15 +(holds|short)$/m);
  expect(text).toContain('another Node  not measured: it needs a second --node');
  const [version] = process.versions.node.split('-');
  expect(markdownTables(tables)).toMatch(
    new RegExp(
      `^### Other commands\\n\\n\\| \\| goal \\| Node ${version} \\|\\n.*\\n\\| \`deploytrack --version\` \\| 1\\.15 \\| [*\\d. ]+\\(`,
      'm',
    ),
  );
});

test('the names of a group are unique, so that --only means one row', () => {
  for (const { rows } of groups) {
    const names = rows.map(({ name, figure }) => `${name} ${figure}`);
    expect(new Set(names).size).toBe(names.length);
  }
});

test.each([
  [['none'], /invalid number of pairs "none"/],
  [['--runs', '0'], /invalid number of runs "0"/],
  [['--only', 'zzz'], /no row has "zzz" in its name; the groups are A mark/],
  [['--node', 'x'], /invalid Node "x"/],
  [['1', '2'], /unexpected argument "2"/],
])('%j is a usage error', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
  expect(() => readOptions(args)).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^ERR_PARSE_ARGS/) }),
  );
});
