import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { writeOut } from '../../files/writeOut.ts';
import { printLine } from '../messages/print.ts';

/**
 * Writes a file atomically and prints its path: Prometheus or Grafana see the old file or the new one. Throws REFUSED if it
 * cannot be written.
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
      hint: 'use another folder, or make this one writable',
      cause,
    });
  }
  printLine(context, `wrote ${path}`);
}
