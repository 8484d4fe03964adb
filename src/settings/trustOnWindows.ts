import { win32 } from 'node:path';
import type { Context } from '../context.ts';
import { typedPath } from '../text/shellArgument.ts';
import type { Refusal } from './file.ts';

type World = Pick<Context, 'env' | 'homeFolder'>;

/**
 * Only administrators can write there, unless one of them gave the right away; 32-bit programs see another one. Not the
 * folder of the program, which an upgrade replaces (docs/install.md).
 */
export function systemFolderOnWindows({ ProgramW6432, ProgramFiles }: Context['env']): string {
  return win32.join(ProgramW6432 || ProgramFiles || 'C:\\Program Files', 'deploytrack-settings');
}

/** Any account can create files here, so settings are not read from it; the ledger is here. */
export function dataFolderOnWindows({ ProgramData }: Context['env']): string {
  return win32.join(ProgramData || 'C:\\ProgramData', 'deploytrack');
}

/**
 * Why a settings file that was found is ignored; null if only we and administrators can write it. Node cannot see who
 * can, and asking a program would cost each mark its time; so the place decides: below our profile, which Windows closes
 * to other accounts, or in the search that DEPLOYTRACK_SETTINGS_ROOT limits to a folder that someone vouched for.
 * Every signed-in account can create files in the folders directly below a drive.
 */
export function refusedOnWindows({ env, homeFolder }: World, path: string): Refusal | null {
  if (env.DEPLOYTRACK_SETTINGS_ROOT) return null;
  const home = homeFolder();
  if (home !== null && isBelow(path, home)) return null;
  const message = `ignoring ${path}: other accounts may be able to write to it`;
  return isBelow(path, dataFolderOnWindows(env))
    ? { message, hint: `move it to ${typedPath(systemFolderOnWindows(env), 'win32')}` }
    : { message, hint: 'set DEPLOYTRACK_SETTINGS_ROOT to its folder if only administrators can write there' };
}

function isBelow(path: string, folder: string): boolean {
  const way = win32.relative(folder, path);
  return way !== '' && way !== '..' && !/^\.\.[\\/]/.test(way) && !win32.isAbsolute(way);
}
