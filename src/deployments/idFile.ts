import { lstatSync, unlinkSync } from 'node:fs';
import { replaceFile } from '../files/replaceFile.ts';
import type { Session } from '../session.ts';
import { readIdFile } from './resolveDeployment.ts';

/**
 * Writes the file of `--id-file`, for steps that share no environment. Replaces an older file at once, never one of
 * another kind. That it cannot be written is a warning.
 */
export async function writeIdFile(session: Session, id: string): Promise<void> {
  const path = session.settings.path('id-file', session.context.cwd);
  if (path === null) return;
  try {
    const old = lstatSync(path, { throwIfNoEntry: false });
    if (old?.isSymbolicLink() === true) throw new Error('it is a link');
    if (old !== undefined && !old.isFile()) throw new Error('it is not a regular file');
    await replaceFile(session.context, { path, old: null, content: [`${id}\n`], mode: 0o600 });
  } catch (error) {
    session.warnings.push({
      code: 'ID_FILE',
      message: `cannot write the ID file ${path}: ${reason(error)}; the deployment was started, but later commands do not find its ID there`,
      hint: 'use --id-file with a path of your own in a folder that exists, or set DEPLOYTRACK_ID',
      failed: 'recording',
    });
  }
}

/** Removes the file if it names this deployment: another `start` may have replaced it. */
export function removeIdFile(session: Session, id: string): void {
  const path = session.settings.path('id-file', session.context.cwd);
  if (path === null) return;
  const found = readIdFile(path);
  if (!('id' in found) || found.id !== id) return;
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    session.warnings.push({
      code: 'ID_FILE',
      message: `cannot remove the ID file ${path}: ${reason(error)}; the deployment was finished`,
      hint: 'remove it before the next deployment',
    });
  }
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
