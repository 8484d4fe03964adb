import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { type TakenApart, takeApart } from './takeApart.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Page extends TakenApart {
  /** Its path in the repository. */
  readonly name: string;
  readonly text: string;
}

export interface Block {
  readonly name: string;
  readonly text: string;
}

export function page(name: string): Page {
  const text = readFileSync(join(root, name), 'utf8');
  return { name, text, ...takeApart(text) };
}

/** README.md and every page of docs/, parsed. */
export const pages: readonly Page[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map(page);

/** These pages and all other documents for people. */
export const everyPage: readonly Page[] = [
  ...pages,
  ...readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => page(`examples/${name}`)),
  ...['CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].map(page),
];

export const readme = readFileSync(join(root, 'README.md'), 'utf8');
export const spans = pages.flatMap((one) => one.spans);

/** Every block in a language, with its page. */
export const blocksIn = (language: string, among: readonly Page[] = pages): Block[] =>
  among.flatMap(({ name, blocks }) =>
    blocks.filter((block) => block.language === language).map(({ text }) => ({ name, text })),
  );
export const has = (program: string) => spawnSync(program, ['--version']).error === undefined;

/** A file that is removed after the test. */
export function tempFile(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Expects that a checker finds no problem; throws with all of its output. */
export function checked(program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stdout}${stderr}`);
  expect(status).toBe(0);
}
