import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mutations } from './all.ts';
import { mutated } from './copyOfTree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the text of every mutation is in its file exactly once, and its tests exist', () => {
  const wrong = mutations.flatMap((mutation, index) => {
    const problems = mutation.tests.filter((file) => !existsSync(root + file)).map((file) => `no ${file}`);
    try {
      mutated(readFileSync(root + mutation.file, 'utf8'), mutation);
    } catch (error) {
      problems.push((error as Error).message);
    }
    return problems.map((problem) => `${index + 1}: ${problem}`);
  });
  expect(wrong).toEqual([]);
});

test('there are at least 80 mutations, each with a reason, and no two are the same', () => {
  expect(mutations.length).toBeGreaterThanOrEqual(80);
  expect(new Set(mutations.map(({ file, find, replace }) => file + find + replace)).size).toBe(
    mutations.length,
  );
  expect(mutations.filter(({ why, tests }) => why === '' || tests.length === 0)).toEqual([]);
});
