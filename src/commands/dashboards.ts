import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from '../cli/define/command.ts';
import { flag, folder, url } from '../cli/define/kinds.ts';
import { DeploytrackError, usageError } from '../errors.ts';
import { outFolder } from '../report/output/outFolder.ts';
import { writeWhole } from '../report/output/writeWhole.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { pageAddress } from '../settings/pageAddress.ts';

/** `dashboards`: copies the Grafana dashboards that ship with the program. Exit 1 if it cannot. */
export const command = defineCommand({
  name: 'dashboards',
  after: 'rules',
  summary: 'write the Grafana dashboards',
  group: 'set up',
  examples: [
    'deploytrack dashboards --out /var/lib/grafana/dashboards',
    'deploytrack dashboards --out monitoring/grafana --store',
  ],
  options: {
    out: folder({ help: 'folder to write them to' }),
    store: flag({ help: 'also write the one on the rows of the central store' }),
    page: url({ help: 'address of `deploytrack serve`: each deployment links to its page there' }),
  },
  exits: { '0': 'written', '1': 'cannot be written' },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run' },
  run: async (session: Session, { out, store, page }) => {
    const address = pageAddress(page, '--page');
    const folder = folderOf(out);
    const files = [...shipped('dashboards'), ...(store ? shipped('store/dashboards') : [])];
    for (const [name, content] of files)
      await writeWhole(session.context, { folder, name, content: withPage(content, address) });
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

/** With the address as the value of the variable `page`. */
function withPage(content: Buffer, address: string | null): Buffer | string {
  if (address === null) return content;
  const board = JSON.parse(content.toString()) as { templating: { list: { name: string }[] } };
  const list = board.templating.list.map((variable) =>
    variable.name === 'page' ? { ...variable, ...givenValue(address) } : variable,
  );
  return `${JSON.stringify({ ...board, templating: { ...board.templating, list } }, null, 2)}\n`;
}

function givenValue(text: string) {
  const value = { text, value: text };
  return { query: text, current: value, options: [{ ...value, selected: true }] };
}

/** Next to the bundles: the program can be installed and called anywhere. */
function shippedFolder(below: string): string {
  return join(__dirname, '..', 'examples', 'monitoring', 'grafana', below);
}

/** All are read before the first one is written. */
function shipped(below: string): [name: string, content: Buffer][] {
  const folder = shippedFolder(below);
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => [name, readFileSync(join(folder, name))]);
  } catch (cause) {
    throw new DeploytrackError({
      code: 'REFUSED',
      message: `cannot read the dashboards that ship with deploytrack: ${(cause as Error).message}`,
      hint: 'install deploytrack again',
      cause,
    });
  }
}
