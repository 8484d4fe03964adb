import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { makeFolder } from '../../makeFolder.ts';
import { say } from '../../report/say.ts';

/**
 * Writes a whole file or none, and says so: a Prometheus or Grafana that reads meanwhile sees the old one or the new
 * one. Throws REFUSED where it cannot.
 */
export function writeWhole(
  { pid, stderr }: Context,
  { folder, name, content }: { folder: string; name: string; content: Buffer | string },
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
  say({ stderr }, `wrote ${path}`);
}

/** What went wrong before is what the user must hear of. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
