import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from '../cli/define/command.ts';
import { folder } from '../cli/define/kinds.ts';
import { DeploytrackError, usageError } from '../errors.ts';
import { outFolder } from '../report/output/outFolder.ts';
import { writeWhole } from '../report/output/writeWhole.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `dashboards`: copies the Grafana dashboards that ship with the program. Exit 1 if it cannot. */
export const command = defineCommand({
  name: 'dashboards',
  after: 'rules',
  summary: 'write the Grafana dashboards',
  group: 'set up',
  examples: [
    'deploytrack dashboards --out /var/lib/grafana/dashboards',
    'deploytrack dashboards --out monitoring/grafana',
  ],
  options: { out: folder({ help: 'folder to write them to' }) },
  exits: { '0': 'written', '1': 'cannot be written' },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: async (session: Session, { out }) => {
    const folder = folderOf(out);
    const files = shipped();
    for (const [name, content] of files) await writeWhole(session.context, { folder, name, content });
    return endCommand(session, { code: 0 });
  },
});

function folderOf(out: string | null): string {
  if (out === null || out === '')
    throw usageError(
      'dashboards: missing --out, the folder to write to',
      "use `deploytrack dashboards --out <dir>`, for example with the folder that Grafana's provisioning reads",
    );
  return outFolder(out);
}

/** Next to the bundles: the program can be installed and called anywhere. */
function shippedFolder(): string {
  return join(__dirname, '..', 'examples', 'monitoring', 'grafana', 'dashboards');
}

/** All are read before the first one is written. */
function shipped(): [name: string, content: Buffer][] {
  try {
    return readdirSync(shippedFolder())
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => [name, readFileSync(join(shippedFolder(), name))]);
  } catch (cause) {
    throw new DeploytrackError({
      code: 'REFUSED',
      message: `cannot read the dashboards that ship with deploytrack: ${(cause as Error).message}`,
      hint: 'install deploytrack again',
      cause,
    });
  }
}
