import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder in which npm has installed the packages of this checkout. */
export const packages = dirname(
  dirname(createRequire(import.meta.url).resolve('better-sqlite3/package.json')),
);

/** The name that the files of the SQLite package use for it. */
export const target = `${process.platform}-${process.arch}`;

/** The addon of this machine, in the folder of its package. */
export function addonIn(folder: string): string {
  return join(folder, `prebuilds/${target}.node`);
}

/**
 * The built program with all its packages, in a folder of its own; `damage` gets the folder of the SQLite
 * package. Returns its script.
 */
export function installedCopy(damage: (folder: string) => void, name = ''): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'deploytrack-install-')), name);
  const root = fileURLToPath(new URL('../..', import.meta.url));
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  for (const name of readdirSync(packages)) {
    if (name !== 'better-sqlite3') symlinkSync(join(packages, name), join(folder, 'node_modules', name));
  }
  const sqlite = join(folder, 'node_modules/better-sqlite3');
  for (const part of ['lib', 'prebuilds', 'package.json'])
    cpSync(join(packages, 'better-sqlite3', part), join(sqlite, part), { recursive: true });
  damage(sqlite);
  return join(folder, 'bin/deploytrack.js');
}
