import { lstatSync, type Stats } from 'node:fs';
import { dirname, join, posix, win32 } from 'node:path';
import type { Context } from '../context.ts';
import type { Warning } from '../errors.ts';
import type { Declarations } from '../marks.ts';
import { typedPath } from '../text/shellArgument.ts';
import { dataFolderOnWindows, refusedOnWindows, systemFolderOnWindows } from './trustOnWindows.ts';

/** A settings file that was found: its keys, or why it was not read. */
export interface SettingsFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Warning[];
}

/**
 * Reads a settings file. The `guard` checks the opened file, and returns why it is ignored; null if it may be read.
 * Loaded only if there is a file.
 */
export type ReadSettingsFile = (
  context: Context,
  found: { readonly path: string; readonly guard: Guard | null },
) => SettingsFile & { readonly isPassedOver: boolean };

/** Why a file was ignored, how to fix that, and whether it counts as a failure. */
export type Refusal = Pick<Warning, 'message' | 'hint' | 'failed'>;

/** Refuses a file if other accounts can write to it or to its folder. */
export type Guard = (found: { readonly file: Stats; readonly folder: Stats }) => Refusal | null;

const names = ['deploytrack.yaml', 'deploytrack.yml', 'deploytrack.json'];

/**
 * The nearest `deploytrack.yaml`/`.json` from the working folder upwards, otherwise the system's; null if there is
 * none. One that others can write to, or that cannot be read, is ignored with a warning: it must not disable those
 * above. DEPLOYTRACK_SETTINGS_ROOT=<folder> ends the search there: neither above it nor in the system's folder.
 */
export function findSettingsFile(context: Context, read: ReadSettingsFile): SettingsFile | null {
  const passedOver: SettingsFile[] = [];
  for (const { path, isSystems } of filesUpwards(context)) {
    const guard: Guard = (found) => whoMayWrite(context, { path, ...found });
    const file = read(context, { path, guard: isSystems ? null : guard });
    if (!file.isPassedOver)
      return { ...file, problems: [...passedOver.flatMap(({ problems }) => problems), ...file.problems] };
    passedOver.push(file);
  }
  const [nearest] = passedOver;
  return nearest === undefined
    ? null
    : { ...nearest, problems: passedOver.flatMap(({ problems }) => problems) };
}

/** Whether there is one at all, readable or not. */
export function hasSettingsFile(context: Context): boolean {
  return filesUpwards(context).next().done !== true;
}

function* filesUpwards(context: Context): Generator<{ readonly path: string; readonly isSystems: boolean }> {
  const root = context.env.DEPLOYTRACK_SETTINGS_ROOT || null;
  for (const folder of searched(context.cwd, { root, platform: context.platform })) {
    for (const path of filesIn(folder)) yield { path, isSystems: false };
  }
  if (root !== null) return;
  const isWindows = context.platform === 'win32';
  const system = isWindows ? systemFolderOnWindows(context.env) : '/etc/deploytrack';
  for (const path of filesIn(system)) yield { path, isSystems: true };
  if (isWindows)
    for (const path of filesIn(dataFolderOnWindows(context.env))) yield { path, isSystems: false };
}

/**
 * A folder and its parents, up to the root of the search; empty if the folder is outside of it. On Windows one folder
 * has many spellings: case, both slashes, a backslash at the end.
 */
export function searched(
  from: string,
  { root, platform }: { root: string | null; platform: NodeJS.Platform },
): string[] {
  const isWindows = platform === 'win32';
  const above = isWindows ? win32.dirname : posix.dirname;
  const isRoot = (folder: string) =>
    folder === root ||
    (isWindows && root !== null && win32.isAbsolute(root) && win32.relative(folder, root) === '');
  const folders = [from];
  for (let folder = from; !isRoot(folder) && above(folder) !== folder; folder = above(folder))
    folders.push(above(folder));
  return root === null || isRoot(folders.at(-1) ?? from) ? folders : [];
}

/** Everything with the name of a settings file; the reader reports those that are not files, or dangling links. */
function* filesIn(folder: string): Generator<string> {
  for (const name of names) {
    const path = join(folder, name);
    if (stands(path)) yield path;
  }
}

/** A folder that may not be read counts as empty. */
function stands(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Write access to the file decides where our marks and secrets go: only us, root or Administrators. */
function whoMayWrite(
  context: Context,
  { path, file, folder }: { path: string; file: Stats; folder: Stats },
): Refusal | null {
  if (context.platform === 'win32') return refusedOnWindows(context, path);
  const foreign = (of: Stats) => of.uid !== context.uid && of.uid !== 0;
  const shared = (of: Stats) => (of.mode & 0o022) !== 0 && (of.mode & 0o1000) === 0;
  if (foreign(file))
    return {
      message: `ignoring ${path}: it belongs to another account`,
      hint: `run \`chown root ${typedPath(path)}\` as root, or chown it to the account that deploys`,
    };
  if ((file.mode & 0o022) !== 0)
    return {
      message: `ignoring ${path}: other accounts can write to it`,
      hint: `run \`chmod go-w ${typedPath(path)}\``,
    };
  if (foreign(folder) || shared(folder))
    return {
      message: `ignoring ${path}: other accounts can write to its folder`,
      hint: `run \`chmod go-w ${typedPath(dirname(path))}\``,
    };
  return null;
}

/** The names that a settings file declares. */
export function declarations(file: SettingsFile | null): Declarations {
  const given = file?.values.declare;
  const of = (key: string): string[] => {
    const list =
      typeof given === 'object' && given !== null ? (given as Record<string, unknown>)[key] : undefined;
    return Array.isArray(list)
      ? list.filter((value): value is string => typeof value === 'string' && value !== '')
      : [];
  };
  return {
    services: of('services'),
    stages: of('stages'),
    tests: of('tests'),
    resources: of('resources'),
    checkTypes: of('check_types'),
  };
}
