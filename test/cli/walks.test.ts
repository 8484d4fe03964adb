import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';

interface Walk {
  readonly executed: readonly string[];
  readonly loaded: readonly string[];
}

/** So many files of the sources a command may go through, and so many may be in the parts that it loads. */
const limits = [
  { walk: 'phase end, with a gateway', executed: 51, loaded: 119 },
  { walk: 'migrate -- true, with a gateway', executed: 67, loaded: 149 },
  { walk: 'finish, with a gateway', executed: 88, loaded: 171 },
  { walk: 'stats', executed: 60, loaded: 108 },
  { walk: 'serve and one webhook', executed: 132, loaded: 384 },
];

let walks: Readonly<Record<string, Walk>>;

beforeAll(() => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const text = execFileSync(process.execPath, ['scripts/walks.mjs', '--json'], {
    cwd: root,
    encoding: 'utf8',
  });
  walks = JSON.parse(text) as Record<string, Walk>;
}, 120_000);

describe.each(limits)('Walk of $walk', ({ walk, executed, loaded }) => {
  test('a command runs through no more source files than its limit', () => {
    const found = walks[walk];
    expect(found?.executed.length).toBeLessThanOrEqual(executed);
    expect(found?.loaded.length).toBeLessThanOrEqual(loaded);
  });

  test('a walk begins at the entry', () => {
    expect(walks[walk]?.executed).toContain('entry.ts');
  });
});

test('the list of the files that common commands use is current', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const words = ['scripts/parts/usedFiles.mjs', '--check'];
  execFileSync(process.execPath, words, { cwd: root, stdio: 'pipe' });
  expect(existsSync(`${root}scripts/parts/used.json`)).toBe(true);
}, 120_000);
