import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const page = 'docs/verified.md';
const form = /(<!-- verified: scripts\/verify-monitoring --docs -->\n\n)[\s\S]*?(\n\n<!-- \/verified -->)/;

/** Whether the page has this table. */
export function isInDocs(root: string, table: string): boolean {
  const text = readFileSync(join(root, page), 'utf8');
  return replaced(text, table) === text;
}

export function writeDocs(root: string, table: string): void {
  const file = join(root, page);
  writeFileSync(file, replaced(readFileSync(file, 'utf8'), table));
}

function replaced(text: string, table: string): string {
  if (!form.test(text)) throw new Error(`${page} has no place for the table`);
  return text.replace(form, (_, begin: string, end: string) => `${begin}${table}${end}`);
}
