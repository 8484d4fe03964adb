import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { copyFiles } from '../support/copyFiles.ts';
import { usageError } from './options.ts';

export interface BenchNode {
  /** The executable. */
  readonly path: string;
  /** `24.22.0` */
  readonly version: string;
}

/** The Node of a path, or of a major version: this one, one that `scripts/test` has installed, or one from npm. */
export function findNode(root: string, wanted: string): BenchNode {
  if (wanted.includes('/')) return nodeAt(resolve(wanted));
  if (wanted === process.versions.node.split('.')[0]) return nodeAt(process.execPath);
  const majors = join(root, '.node/majors/node_modules');
  const names = existsSync(majors) ? readdirSync(majors) : [];
  const found = names
    .filter((name) => name.split(/[-.]/)[1] === wanted)
    .toSorted(byNumbers)
    .at(-1);
  if (found !== undefined) return nodeAt(join(majors, found, 'bin/node'));
  return nodeAt(fromNpm(root, wanted));
}

function byNumbers(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

function nodeAt(path: string): BenchNode {
  const { status, stdout } = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  if (status !== 0) throw usageError(`invalid Node "${path}"; expected a major version or a path`);
  return { path, version: stdout.trim() };
}

function fromNpm(root: string, major: string): string {
  const folder = `.node/node-${major}`;
  const path = join(root, folder, 'node_modules/node/bin/node');
  if (!existsSync(path))
    execFileSync(
      'bash',
      ['-c', `. scripts/node.sh; npm_into "$1" "node@npm:$(node_package)@$2"`, 'bash', folder, major],
      {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
  return path;
}

/** A copy of the clone, built by this Node: its code cache is the one that this Node accepts. Returns the script. */
export function builtBy({ path }: BenchNode, root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'program-'));
  copyFiles(root, folder);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  execFileSync(path, ['scripts/build.mjs'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return join(folder, 'bin/deploytrack.js');
}
