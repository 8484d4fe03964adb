import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * A folder with what Git tracks, as it is in this checkout now: a file that was not added is missing, as in a
 * clone. The build tools are those of this checkout.
 */
export function cleanClone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'clone-'));
  // In a container, the checkout may belong to another account.
  const list = execFileSync('git', ['-c', 'safe.directory=*', 'ls-files', '-z'], {
    cwd: root,
    encoding: 'utf8',
  });
  const tracked = list.split('\0').filter((name) => name !== '' && existsSync(join(root, name)));
  for (const name of tracked) cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
