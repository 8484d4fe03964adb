import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Starts the program that was built, or parts of it. */
const starters = /support\/program\.ts$/;

/** Whether a test file, or a file of the tests that it imports, starts the built program. */
export function usesBuild(root: string, file: string, seen = new Set<string>()): boolean {
  if (starters.test(file)) return true;
  const path = join(root, file);
  if (seen.has(file) || !existsSync(path)) return false;
  seen.add(file);
  const imports = [...readFileSync(path, 'utf8').matchAll(/from '(\.[^']+\.ts)'/g)];
  return imports
    .map(([, name = '']) => join(dirname(file), name))
    .some((name) => name.startsWith('test/') && usesBuild(root, name, seen));
}
