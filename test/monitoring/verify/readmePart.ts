import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const form = /(<!-- verified: scripts\/verify-monitoring --readme -->\n\n)[\s\S]*?(\n\n<!-- \/verified -->)/;

/** Whether the README has this table. */
export function isInReadme(root: string, table: string): boolean {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  return replaced(readme, table) === readme;
}

export function writeReadme(root: string, table: string): void {
  const file = join(root, 'README.md');
  writeFileSync(file, replaced(readFileSync(file, 'utf8'), table));
}

function replaced(readme: string, table: string): string {
  if (!form.test(readme)) throw new Error('README.md has no place for the table');
  return readme.replace(form, (_, begin: string, end: string) => `${begin}${table}${end}`);
}
