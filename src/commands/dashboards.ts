import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeploytrackError, usageError } from '../errors.ts';
import type { Session } from '../session.ts';
import { type Invocation, text } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';

/** `dashboards`: copies the Grafana dashboards that ship with the program. Exit 1 where it cannot. */
export async function dashboards(session: Session, invocation: Invocation): Promise<number> {
  const out = text(invocation, 'out');
  if (out === null || out === '')
    throw usageError(
      'dashboards needs a folder to write to',
      "`deploytrack dashboards --out <dir>`, for example the folder that Grafana's provisioning reads",
    );
  for (const name of shipped()) copyWhole(session, { name, folder: out });
  return endCommand(session, { code: 0 });
}

/** Beside the bundles: the program may be installed anywhere and called from anywhere. */
function shippedFolder(): string {
  return join(__dirname, '..', 'examples', 'monitoring', 'grafana', 'dashboards');
}

function shipped(): string[] {
  try {
    return readdirSync(shippedFolder())
      .filter((name) => name.endsWith('.json'))
      .sort();
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
function copyWhole({ context }: Session, { name, folder }: { name: string; folder: string }): void {
  const path = join(folder, name);
  const temporary = join(folder, `.${name}.${context.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, readFileSync(join(shippedFolder(), name)));
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    const message = `${path} cannot be written: ${(cause as Error).message}`;
    throw new DeploytrackError({ code: 'REFUSED', message, cause });
  }
  context.stderr.write(`deploytrack: wrote ${path}\n`);
}
