import { type LedgerWorld, openLedgerWorld } from '../ledger/ledgerWorld.ts';
import { exited, finishMark, phaseEndMark, smokeMark } from '../ledger/makeMarks.ts';
import { scriptOf } from '../ledger/script.ts';

const dayMs = 86_400_000;
/** The first day of the fleet. */
export const fleetBeganMs = Date.parse('2026-03-01T00:00:00Z');
export const fleetDays = 12;

/** A host, what is deployed to it, how long its migrations take, and since when it is there. */
const hosts = [
  { name: 'web-1', sites: [['shop', 'production']], migrationSeconds: 10, firstDay: 0 },
  {
    name: 'web-2',
    sites: [
      ['shop', 'production'],
      ['api', 'production'],
    ],
    migrationSeconds: 12,
    firstDay: 0,
  },
  { name: 'web-3', sites: [['shop', 'production']], migrationSeconds: 45, firstDay: 0 },
  {
    name: 'test-1',
    sites: [
      ['shop', 'staging'],
      ['api', 'staging'],
    ],
    migrationSeconds: 7,
    firstDay: 9,
  },
] as const;

/**
 * Ledgers of four hosts over twelve days, a deployment a day and site: some fail in different ways, some are rolled back, some
 * are excluded from statistics, one is incomplete, and the last ones still run. The caller closes them.
 */
export function playFleet({ beganMs = fleetBeganMs } = {}): LedgerWorld[] {
  return hosts.map(({ name, sites, migrationSeconds, firstDay }, host) => {
    const world = openLedgerWorld({ hostName: () => name });
    for (let day: number = firstDay; day < fleetDays; day += 1)
      for (const [site, [deployment, environment]] of sites.entries()) {
        world.context.setWallTime(beganMs + day * dayMs + (host * 5 + site) * 600_000);
        const number = day * 7 + host * 3 + site;
        playOne(world, {
          id: `${deployment}-${environment}-${day}`,
          said: { deployment, environment, instance: name, version: `1.${day}` },
          migrationSeconds,
          number,
          isLast: day === fleetDays - 1 && host === 1,
        });
      }
    // Its start is unknown here.
    world.apply(phaseEndMark(world.context.instant(), { deploymentId: 'incomplete', stage: 'build' }));
    return world;
  });
}

interface Played {
  readonly id: string;
  readonly said: Readonly<Record<'deployment' | 'environment' | 'instance' | 'version', string>>;
  readonly migrationSeconds: number;
  /** Decides how it goes. */
  readonly number: number;
  readonly isLast: boolean;
}

function playOne(world: LedgerWorld, { id, said, migrationSeconds, number, isLast }: Played): void {
  const script = scriptOf(world, id);
  const now = () => world.context.instant();
  const service = said.deployment;
  script.start({ ...said, service, hostname: said.instance.toUpperCase() });
  script.mark('build', { seconds: 5 + (number % 4), service });
  script.wrap('migration', {
    seconds: migrationSeconds + (number % 3),
    code: number % 5 === 1 ? 1 + (number % 2) : 0,
    service,
  });
  const allowed = number % 4 === 3 ? 'allowed' : 'no';
  script.wrap('warm_up', { seconds: 1, service, result: exited(number % 2, { judged: allowed }) });
  script.wrap('cutover', { seconds: 3, service });
  if (isLast) return;
  const test = number % 11 === 3 ? exited(1) : exited(0);
  world.apply(smokeMark(now(), { deploymentId: id, service, test: 'log in', result: test }));
  script.health({ bad: number % 3, healthy: number % 6 !== 4, service });
  world.apply(finishMark(now(), { deploymentId: id, discard: number % 13 === 7 }));
  if (number % 8 === 2) script.rollback();
}
