import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { figures, markers, page } from './figures.ts';

/** Prints the error rates of the rule; with `--docs` writes them into the page. */
export function main(root: string, args: readonly string[]): boolean {
  const table = figures();
  process.stdout.write(`${table}\n`);
  if (!args.includes('--docs')) return true;
  const path = join(root, page);
  const text = readFileSync(path, 'utf8');
  const [from, to] = [text.indexOf(markers[0]), text.indexOf(markers[1])];
  if (from === -1 || to === -1) throw new Error(`${page}: no place for the figures`);
  writeFileSync(path, `${text.slice(0, from)}${markers[0]}\n\n${table}\n\n${text.slice(to)}`);
  return true;
}
