import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeploytrackError, usageError } from '../errors.ts';
import type { Session } from '../session.ts';
import { type Invocation, text } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { outFolder } from './writing/outFolder.ts';
import { writeWhole } from './writing/writeWhole.ts';

/** `dashboards`: copies the Grafana dashboards that ship with the program. Exit 1 where it cannot. */
export async function dashboards(session: Session, invocation: Invocation): Promise<number> {
  const folder = folderOf(invocation);
  const files = shipped();
  for (const [name, content] of files) await writeWhole(session.context, { folder, name, content });
  return endCommand(session, { code: 0 });
}

function folderOf(invocation: Invocation): string {
  const folder = text(invocation, 'out');
  if (folder === null || folder === '')
    throw usageError(
      'dashboards needs a folder to write to',
      "`deploytrack dashboards --out <dir>`, for example the folder that Grafana's provisioning reads",
    );
  return outFolder(folder);
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
