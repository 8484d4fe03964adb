import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { initStore } from '../../src/fleet/initStore.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { ledgerWorld } from '../ledger/ledgerWorld.ts';
import { scriptOf } from '../ledger/script.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { newProgram } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('Imported deployments', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
    await initStore(fakeContext(), storeAddress(postgres.url));
  }, 180_000);
  afterAll(() => postgres.remove());

  test('a host whose deployments were imported is in the fleet, with the version that it was rolled back to', async () => {
    const world = ledgerWorld({ hostName: () => 'web-1' });
    for (const version of ['1.0', '1.4']) {
      const script = scriptOf(world, `d-${version}`);
      script.start({ version, instance: 'web-1' });
      script.finish();
      world.pass(60);
    }
    scriptOf(world, 'd-1.4').rollback({ toVersion: '1.0' });
    const exported = await newProgram({ ledger: world.path }).quiet(['export']);
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    expect((await program.run(['fleet'])).stderr).toContain('no deployments in the store yet');
    const file = join(program.folder, 'x.ndjson');
    writeFileSync(file, exported);
    expect((await program.run(['import', file])).code).toBe(0);
    await program.quiet(['sync']);
    const hosts = JSON.parse(await program.quiet(['fleet', '--json'])) as Record<string, unknown>[];
    expect(hosts).toMatchObject([{ host: 'web-1', version: '1.0', behind: 0, last_version: '1.4' }]);
    expect(
      await program.run(['fleet', 'wait', '--version', '1.4', '--hosts', 'web-*', '--timeout', '1ms']),
    ).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('web-1: runs 1.0'),
    });
  });
});
