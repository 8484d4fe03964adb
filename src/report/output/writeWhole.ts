import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { writeOut } from '../../files/writeOut.ts';
import { printLine } from '../messages/print.ts';

/**
 * Writes a whole file or none, and says so: a Prometheus or Grafana that reads meanwhile sees the old one or the new
 * one. Throws REFUSED where it cannot.
 */
export async function writeWhole(
  context: Context,
  { folder, name, content }: { folder: string; name: string; content: Buffer | string },
): Promise<void> {
  const path = join(folder, name);
  try {
    makeFolder(folder);
    await writeOut(context, { path, content: [content], mode: 0o666 });
  } catch (cause) {
    throw new DeploytrackError({
      code: 'REFUSED',
      message: `${path} cannot be written: ${(cause as Error).message}`,
      hint: 'name another folder, or free this one',
      cause,
    });
  }
  printLine(context, `wrote ${path}`);
}
