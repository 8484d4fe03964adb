import { expect, test } from 'vitest';
import type { FleetHost } from '../../src/fleet/fleetHost.ts';
import { rolloutPageJson } from '../../src/server/page/rolloutPageJson.ts';
import { ledgerWorld } from '../ledger/ledgerWorld.ts';
import { scriptOf } from '../ledger/script.ts';

test('a rollout says how many of the hosts without its version it does not list', () => {
  const world = ledgerWorld();
  const script = scriptOf(world, 'd-1');
  script.start({ version: '2.0', instance: 'web-0', deployment: 'shop', environment: 'production' });
  script.finish();
  const site = { deployment: 'shop', environment: 'production' };
  const hosts = Array.from(
    { length: 801 },
    (_, at) => ({ ...site, host: `web-${at}`, version: at === 0 ? '2.0' : '1.0' }) as FleetHost,
  );
  const page = rolloutPageJson(world.database, { ...site, version: '2.0', hosts });
  expect([page?.waiting.length, page?.more_waiting, page?.more]).toEqual([500, 300, 0]);
});
