import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Context } from '../context.ts';
import type { Warning } from '../errors.ts';
import { fileStat } from '../fileStat.ts';

/** A settings file that was found: its keys, or why it was not read. */
export interface SettingsFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Warning[];
}

/** Reads a found file; with a `problem` it is not looked into. Loaded only where there is a file. */
export type ReadSettingsFile = (found: { path: string; problem: string | null }) => SettingsFile;

const names = ['deploytrack.yaml', 'deploytrack.yml', 'deploytrack.json'];

/**
 * The nearest `deploytrack.yaml`/`.json` from the working folder upwards, else the system's; null where there is none.
 * DEPLOYTRACK_SETTINGS_ROOT=<folder> ends the search there: neither above it nor in the system's folder.
 */
export function findSettingsFile(context: Context, read: ReadSettingsFile): SettingsFile | null {
  const found = nearestFile(context);
  if (found === null) return null;
  return read({ path: found.path, problem: found.isSystems ? null : whoMayWrite(context, found) });
}

/** Whether there is one at all, readable or not. */
export function hasSettingsFile(context: Context): boolean {
  return nearestFile(context) !== null;
}

function nearestFile(context: Context): (Found & { readonly isSystems: boolean }) | null {
  const root = context.env.DEPLOYTRACK_SETTINGS_ROOT || null;
  for (const folder of searched(context.cwd, root)) {
    const found = fileIn(folder);
    if (found !== null) return { ...found, isSystems: false };
  }
  if (root !== null) return null;
  const windows = join(context.env.ProgramData ?? 'C:\\ProgramData', 'deploytrack');
  const system = fileIn(context.platform === 'win32' ? windows : '/etc/deploytrack');
  return system === null ? null : { ...system, isSystems: true };
}

/** A folder and those above it, up to the root of the search; none where it lies elsewhere. */
function searched(from: string, root: string | null): string[] {
  const folders = [from];
  for (let folder = from; folder !== root && dirname(folder) !== folder; folder = dirname(folder))
    folders.push(dirname(folder));
  return root === null || folders.at(-1) === root ? folders : [];
}

interface Found {
  readonly path: string;
  readonly file: Stats;
  readonly folder: Stats;
}

function fileIn(folder: string): Found | null {
  for (const name of names) {
    const [file, around] = [fileStat(join(folder, name)), fileStat(folder)];
    if (file?.isFile() === true && around !== null) return { path: join(folder, name), file, folder: around };
  }
  return null;
}

/** Who may write a file decides where our marks and secrets go: only us, root or Administrators. */
function whoMayWrite(context: Context, { path, file, folder }: Found): string | null {
  if (context.platform === 'win32') return null;
  const foreign = (of: Stats) => of.uid !== context.uid && of.uid !== 0;
  const shared = (of: Stats) => (of.mode & 0o022) !== 0 && (of.mode & 0o1000) === 0;
  if (foreign(file))
    return `${path} belongs to another account and was not read; give it to root or to the account that deploys`;
  if ((file.mode & 0o022) !== 0)
    return `${path} may be written by others and was not read; chmod go-w ${path} mends it`;
  if (foreign(folder) || shared(folder))
    return `${path} lies in a folder that others may write and was not read; chmod go-w ${dirname(path)} mends it`;
  return null;
}
