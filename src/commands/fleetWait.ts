import { defineCommand } from '../cli/define/command.ts';
import { duration, freeText, integer, line } from '../cli/define/kinds.ts';
import { stopwatch } from '../duration.ts';
import { usageError } from '../errors.ts';
import type { FleetHost } from '../fleet/fleetHost.ts';
import { isThere, notThere } from '../fleet/isThere.ts';
import { readFleet } from '../fleet/readFleet.ts';
import type { StoreAddress } from '../fleet/storeAddress.ts';
import { StoreError } from '../fleet/storeProblem.ts';
import { requiredStore } from '../fleet/storeSetting.ts';
import { liveLine } from '../report/terminal/liveLine.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { counted } from '../text/counted.ts';

const pauseMs = 2000;
const readTimeoutMs = 10_000;
/** Also if the time is nearly up. */
const leastReadMs = 1000;

/** `fleet wait`: waits until all hosts run a version and are healthy. Exit 1 with those that are not. */
export const command = defineCommand({
  name: 'fleet wait',
  after: 'fleet',
  summary: 'wait until all hosts run a version',
  group: 'look',
  examples: [
    'deploytrack fleet wait --version 1.4 --timeout 30m',
    "deploytrack fleet wait --version 1.4 --hosts 'web-*' --count 40 --timeout 1h",
  ],
  options: {
    version: line({ value: 'v', help: 'version that all hosts must run' }),
    hosts: freeText({ value: 'pattern', help: 'only these hosts; * stands for any characters' }),
    count: integer({ min: 1, help: 'minimum number of hosts to wait for', default: '1' }),
    timeout: duration({ default: '30m', help: 'how long to wait' }),
  },
  settings: ['store', 'deployment', 'environment', 'warnings'],
  exits: { '0': 'all hosts run the version and none is unhealthy', '1': 'some do not, which are listed' },
  policy: { onWrongSetting: 'usage-error', onDisabled: 'run', ledger: 'looks' },
  run: async (session: Session, { version, hosts: host, count, timeoutMs }) => {
    if (version === null) throw usageError('fleet wait: no version is given', 'use --version');
    const { context } = session;
    const address = await requiredStore(session);
    const hosts = await untilThere(session, { address, host, version, count, timeoutMs });
    const missing = notThere(hosts, { version });
    const all = hostNames(hosts).size;
    const isDone = missing.length === 0 && all >= count;
    const lines = [`${version}: ${thereOf(hosts, { version, count })}`, ...missing, ...expected(count - all)];
    context.stdout.write(`${lines.join('\n')}\n`);
    return endCommand(session, { code: isDone ? 0 : 1 });
  },
});

/** `39 of 40 hosts`. */
function thereOf(
  hosts: readonly FleetHost[],
  { version, count }: { readonly version: string; readonly count: number },
): string {
  const all = hostNames(hosts).size;
  const away = hostNames(hosts.filter((one) => !isThere(one, { version }))).size;
  return `${all - away} of ${counted(Math.max(all, count), 'host')}`;
}

/** A line for the hosts that have never sent anything, if any are. */
function expected(unknown: number): string[] {
  if (unknown <= 0) return [];
  const have = unknown === 1 ? 'it has' : 'they have';
  return [`${counted(unknown, 'more host')} expected; ${have} not sent anything to the store`];
}

/** A host with several deployments is one. */
function hostNames(hosts: readonly FleetHost[]): ReadonlySet<string> {
  return new Set(hosts.map(({ host }) => host));
}

/** The hosts when all are there, or when the time is up. A store that is away for a moment is asked again. */
async function untilThere(
  { context, settings }: Session,
  wanted: {
    readonly address: StoreAddress;
    readonly host: string | null;
    readonly version: string;
    readonly count: number;
    readonly timeoutMs: number;
  },
): Promise<readonly FleetHost[]> {
  const { address, host, version, count, timeoutMs } = wanted;
  const filter = { deployment: settings.text('deployment'), environment: settings.text('environment'), host };
  const waitedMs = stopwatch(context);
  let hosts: readonly FleetHost[] = [];
  const line = liveLine(context, () => `${version}: ${thereOf(hosts, { version, count })}`);
  try {
    for (;;) {
      const isLast = () => waitedMs() + pauseMs >= timeoutMs;
      try {
        const leftMs = Math.max(leastReadMs, timeoutMs - waitedMs());
        hosts = await readFleet(context, address, { filter, timeoutMs: Math.min(readTimeoutMs, leftMs) });
        const isDone = hostNames(hosts).size >= count && hosts.every((one) => isThere(one, { version }));
        if (isDone || isLast()) return hosts;
      } catch (error) {
        const mayPass = error instanceof StoreError && error.fate !== 'lasting';
        if (!mayPass || isLast()) throw error;
      }
      await context.sleep(pauseMs);
    }
  } finally {
    line.end();
  }
}
