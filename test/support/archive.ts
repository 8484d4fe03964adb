import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { integrity, targets } from '../../scripts/archives/targets.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Whether the Nodes of the archives were brought from npm. */
export const hasNodes = Object.keys(integrity).every((name) =>
  existsSync(join(root, '.node/archives', `${name}.tgz`)),
);
export const noNodes = 'no Node in .node/archives, where scripts/test puts it';

/** A child that hangs would hold the test without end, because no timer of the test runs until it returns. */
const limit = { timeout: 180_000, killSignal: 'SIGKILL' } as const;

/** Runs `scripts/pack.mjs`; the paths of the archives by their targets. */
export function pack(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const to = mkdtempSync(join(tmpdir(), 'archives-'));
  execFileSync(process.execPath, [join(root, 'scripts/pack.mjs'), to, ...words], {
    cwd: to,
    // In a container, the checkout may belong to another account.
    env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...limit,
  });
  const names = readdirSync(to);
  return Object.fromEntries(
    [...targets.map(({ name }) => name), 'SHA256SUMS'].map((target) => [
      target,
      join(to, names.find((name) => name.includes(target)) ?? 'missing'),
    ]),
  );
}

/** Small files where Node's own would be: what surrounds them is packed in the same way, in a moment. */
export function standIns(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nodes-'));
  for (const { node } of targets)
    for (const [name, file] of [
      [node.program, node.from],
      [node.license, 'LICENSE'],
    ] as const) {
      const path = join(folder, `${name}-${node.version}`, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `stands for ${file} of ${name}\n`);
    }
  return folder;
}

/** Unpacks it below a folder with the program that users have; the folder that it contains. */
export function unpack(archive: string, to: string): string {
  mkdirSync(to, { recursive: true });
  if (archive.endsWith('.zip')) execFileSync('unzip', ['-q', archive, '-d', to], limit);
  else execFileSync('tar', ['-xzf', archive, '-C', to], limit);
  const name = readdirSync(to).find((one) => one.startsWith('deploytrack-'));
  if (name === undefined) throw new Error(`${archive} contains no folder of deploytrack`);
  return join(to, name);
}

/** All files below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

export function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
