import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { programFolders } from './helperEnvironment.ts';

interface Where {
  readonly cwd: string;
  /** A helper's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** The default of shells if PATH is not set. */
const defaultPath = '/usr/local/bin:/usr/bin:/bin';

/**
 * The file of a program's name: a path relative to `cwd`, a plain name by PATH; never the working folder, as Windows
 * does it. Null if there is none.
 */
export function findProgram(name: string, { cwd, env, platform }: Where): string | null {
  if (name === '') return null;
  const endings = platform === 'win32' ? windowsEndings(name, env) : [''];
  const isPath = name.includes('/') || isAbsolute(name) || (platform === 'win32' && name.includes('\\'));
  const [, path] = Object.entries(env).find(([variable]) => /^path$/i.test(variable)) ?? [];
  const places = isPath
    ? [resolve(cwd, name)]
    : programFolders(path ?? (platform === 'win32' ? '' : defaultPath)).map((folder) => join(folder, name));
  return places.flatMap((place) => endings.map((ending) => place + ending)).find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** `npm` is `npm.cmd` here; the file `npm` next to it is for another shell. */
function windowsEndings(name: string, env: Where['env']): string[] {
  const endings = (env.PATHEXT ?? '.COM;.EXE;.BAT;.CMD').split(';');
  return /\.\w+$/.test(name) ? ['', ...endings] : endings;
}
