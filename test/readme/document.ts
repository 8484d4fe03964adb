import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { invocationsIn, takeApart } from './takeApart.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** The README taken apart: what stands in it to be typed, pasted and believed. */
export const readme = readFileSync(join(root, 'README.md'), 'utf8');
export const { blocks, spans, code } = takeApart(readme);

/** The text of every block in a language. */
export const of = (language: string) =>
  blocks.filter((block) => block.language === language).map((block) => block.text);
export const has = (program: string) => spawnSync(program, ['--version']).error === undefined;

/** Of every `deploytrack …` in it. */
export const invocations = () => invocationsIn(code);

/** A file that is gone when the test is over. */
export function tempFile(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Expects that a checker has nothing to say; throws with all that it said. */
export function checked(program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stdout}${stderr}`);
  expect(status).toBe(0);
}
