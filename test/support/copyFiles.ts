import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Copies every file of a clone that Git knows or would add, as it is now. */
export function copyFiles(root: string, folder: string): void {
  // In a container, the checkout may belong to another account.
  const names = execFileSync(
    'git',
    ['-c', 'safe.directory=*', 'ls-files', '-z', '-co', '--exclude-standard'],
    { cwd: root, encoding: 'utf8' },
  );
  for (const name of names.split('\0')) {
    if (name === '' || !existsSync(join(root, name))) continue;
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(root, name), join(folder, name), { verbatimSymlinks: true });
  }
}
