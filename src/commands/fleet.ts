import { defineCommand } from '../cli/define/command.ts';
import { flag, freeText } from '../cli/define/kinds.ts';
import { json, tableFormat } from '../cli/define/reportOptions.ts';
import { formatFleet } from '../fleet/formatFleet.ts';
import { type FleetFilter, readFleet } from '../fleet/readFleet.ts';
import { requiredStore } from '../fleet/storeSetting.ts';
import { formatOf } from '../report/stats/reportFilter.ts';
import { viewOf } from '../report/terminal/view.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

const timeoutMs = 30_000;

/** `fleet`: which host runs which version, from the central store. */
export const command = defineCommand({
  name: 'fleet',
  after: 'stats',
  summary: 'show which host runs which version',
  group: 'look',
  examples: ['deploytrack fleet --deployment gateway --behind', "deploytrack fleet --host 'web-*' --json"],
  options: {
    host: freeText({ value: 'pattern', help: 'only these hosts; * stands for any characters' }),
    behind: flag({ help: 'only hosts that do not run the newest version' }),
    format: tableFormat,
    json,
  },
  settings: ['store', 'deployment', 'environment', 'warnings'],
  exits: { '0': 'printed', '1': 'the store cannot be read' },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run', ledger: 'looks' },
  run: async (session: Session, { host, behind, ...said }) => {
    const { context, settings } = session;
    const format = formatOf(said);
    const address = await requiredStore(session);
    const filter = {
      deployment: settings.text('deployment'),
      environment: settings.text('environment'),
      host,
    };
    const hosts = await readFleet(context, address, { filter, timeoutMs });
    if (hosts.length === 0 && format === 'table') await noteNothing(session, filter);
    const shown = behind ? hosts.filter((one) => one.behind !== 0) : hosts;
    context.stdout.write(formatFleet(shown, { ...(await viewOf(context)), format }));
    return endCommand(session, { code: 0 });
  },
});

async function noteNothing(session: Session, { deployment, environment, host }: FleetFilter): Promise<void> {
  const { noteNothingStored } = await import('../fleet/nothingStored.ts');
  const filter = {
    deployment: deployment ?? undefined,
    environment: environment ?? undefined,
    host: host ?? undefined,
  };
  await noteNothingStored(session, { said: true, filter });
}
