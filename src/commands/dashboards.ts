import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Context } from '../context.ts';
import { DeploytrackError, usageError } from '../errors.ts';
import { makeFolder } from '../makeFolder.ts';
import type { Session } from '../session.ts';
import { type Invocation, text } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';

/** `dashboards`: copies the Grafana dashboards that ship with the program. Exit 1 where it cannot. */
export async function dashboards(session: Session, invocation: Invocation): Promise<number> {
  const folder = folderOf(invocation);
  const files = shipped();
  for (const [name, content] of files) writeWhole(session.context, { folder, name, content });
  return endCommand(session, { code: 0 });
}

function folderOf(invocation: Invocation): string {
  const folder = text(invocation, 'out');
  if (folder === null || folder === '')
    throw usageError(
      'dashboards needs a folder to write to',
      "`deploytrack dashboards --out <dir>`, for example the folder that Grafana's provisioning reads",
    );
  const obstacle = nonFolder(folder);
  if (obstacle !== null)
    throw usageError(
      `--out: ${JSON.stringify(folder)} cannot be a folder: ${obstacle} is something else`,
      'name a folder; it is made where there is none',
    );
  return folder;
}

/** The path itself, or what it stands below, where that exists and is no folder. */
function nonFolder(path: string): string | null {
  const isFolder = folderOrNot(path);
  const above = dirname(path);
  if (isFolder === null) return above === path ? null : nonFolder(above);
  return isFolder ? null : path;
}

/** Null where there is nothing; what may not be looked at is left to the attempt to write. */
function folderOrNot(path: string): boolean | null {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '') ? null : true;
  }
}

/** Beside the bundles: the program may be installed anywhere and called from anywhere. */
function shippedFolder(): string {
  return join(__dirname, '..', 'examples', 'monitoring', 'grafana', 'dashboards');
}

/** All are read before the first is written. */
function shipped(): [name: string, content: Buffer][] {
  try {
    return readdirSync(shippedFolder())
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => [name, readFileSync(join(shippedFolder(), name))]);
  } catch (cause) {
    throw new DeploytrackError({
      code: 'REFUSED',
      message: `the dashboards that ship with deploytrack cannot be read: ${(cause as Error).message}`,
      hint: 'install deploytrack again',
      cause,
    });
  }
}

/** A whole file or none: a Grafana that reads meanwhile sees the old one or the new one. */
function writeWhole(
  { pid, stderr }: Context,
  { folder, name, content }: { folder: string; name: string; content: Buffer },
): void {
  const path = join(folder, name);
  const temporary = join(folder, `.${name}.${pid}`);
  try {
    makeFolder(folder);
    writeFileSync(temporary, content);
    renameSync(temporary, path);
  } catch (cause) {
    discard(temporary);
    throw new DeploytrackError({
      code: 'REFUSED',
      message: `${path} cannot be written: ${(cause as Error).message}`,
      hint: 'name another folder, or free this one',
      cause,
    });
  }
  stderr.write(`deploytrack: wrote ${path}\n`);
}

/** What went wrong before is what the user must hear of. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
