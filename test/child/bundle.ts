import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Bundles a program of the fixtures into one file that every Node can run, and returns that file. */
export function bundledFixture(name: string): string {
  const outfile = join(mkdtempSync(join(tmpdir(), 'deploytrack-test-')), `${name}.cjs`);
  const entry = fileURLToPath(new URL(`../fixtures/${name}.ts`, import.meta.url));
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['better-sqlite3'],
  });
  return outfile;
}
