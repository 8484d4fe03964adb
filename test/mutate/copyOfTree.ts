import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyFiles } from '../support/copyFiles.ts';
import type { Mutation } from './mutation.ts';

/** A copy of the repository with its own sources and build, in which one mutation after the other is made. */
export interface CopyOfTree {
  readonly folder: string;
  /** The sources with one mutation; the returned function takes it back. Throws if its text is not there once. */
  mutate(mutation: Pick<Mutation, 'file' | 'find' | 'replace'>): () => void;
  /** Builds the program from the sources as they are now, without what tests of marks do not need. */
  build(): void;
  remove(): void;
}

/** Copies every file that Git knows or would add; installed packages are shared. */
export function copyOfTree(root: string): CopyOfTree {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-mutate-'));
  chmodSync(folder, 0o755); // tests run the program as other accounts
  copyFiles(root, folder);
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    mutate({ file, find, replace }) {
      const path = join(folder, file);
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, mutated(text, { file, find, replace }));
      return () => writeFileSync(path, text);
    },
    build() {
      execFileSync(process.execPath, ['--input-type=module', '-e', building], { cwd: folder, stdio: 'pipe' });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** V8 identifies the source of a code cache only by its length. */
const building = `
import { readdirSync, rmSync } from 'node:fs';
import { writeProgram } from './scripts/parts.mjs';
for (const name of readdirSync('dist')) if (name.endsWith('.cache')) rmSync('dist/' + name);
await writeProgram('.', { minify: true });`;

/** The text with the change. Throws unless the text to replace is there exactly once. */
export function mutated(
  text: string,
  { file, find, replace }: Pick<Mutation, 'file' | 'find' | 'replace'>,
): string {
  const [before = '', after, ...more] = text.split(find);
  if (after === undefined || more.length > 0)
    throw new Error(
      `${file}: expected once, found ${more.length + (after === undefined ? 0 : 1)} times: ${find}`,
    );
  return before + replace + after;
}
