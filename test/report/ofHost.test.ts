import { expect, test } from 'vitest';
import { overviewJson } from '../../src/server/page/overviewJson.ts';
import { ledgerWorld } from '../ledger/ledgerWorld.ts';
import { scriptOf } from '../ledger/script.ts';
import { newProgram } from '../support/program.ts';

/** A ledger with a deployment on each of two hosts, the second of which failed its health check, and another one on the second. */
function twoHosts() {
  const world = ledgerWorld({ now: Date.now() - 3_600_000 });
  for (const { id, instance, version, deployment, healthy } of [
    { id: 'a0', instance: 'web-1', version: '1.0', deployment: 'shop', healthy: true },
    { id: 'a', instance: 'web-1', version: '1.1', deployment: 'shop', healthy: true },
    { id: 'b', instance: 'web-2', version: '2.0', deployment: 'shop', healthy: false },
    { id: 'c', instance: 'web-2', version: '7.0', deployment: 'worker', healthy: true },
  ]) {
    const script = scriptOf(world, id);
    script.start({ version, instance, deployment });
    script.health({ bad: 1, healthy });
    script.finish({ status: 'success' });
    world.pass(60);
  }
  return { world, program: newProgram({ ledger: world.path }) };
}

test('a report of one host has the version and the health of this host', async () => {
  const { program } = twoHosts();
  const sitesOf = async (...words: string[]) => {
    const { sites } = JSON.parse(await program.quiet(['report', '--json', ...words])) as { sites: unknown };
    return sites;
  };
  expect(await sitesOf('--deployment', 'shop')).toMatchObject([{ version: '2.0', healthy: false }]);
  expect(await sitesOf('--host', 'web-1')).toMatchObject([
    { deployment: 'shop', version: '1.1', healthy: true },
  ]);
});

test('statistics of one host name only what the host has', async () => {
  const { program } = twoHosts();
  const first = async (...words: string[]) => (await program.quiet(['stats', ...words])).split('\n')[0];
  expect(await first()).toContain('shop production, worker production');
  expect(await first('--host', 'web-1')).toMatch(/shop production, on web-1/);
  expect(await first('--host', 'web-1')).not.toContain('worker');
});

test('the version to go back to of one host is not the one that it runs', async () => {
  const { program } = twoHosts();
  const words = ['stats', '--by', 'version', '--deployment', 'shop', '--host', 'web-1'];
  expect(await program.quiet(words)).toMatch(/1\.1 is in service.*the previous one is 1\.0/);
});

test('the page of one host has what this host runs', () => {
  const { world } = twoHosts();
  const page = (host?: string) =>
    overviewJson(world.database, { scope: { host }, nowMs: Date.now() }).in_service.map((one) => [
      one.deployment,
      one.version,
      one.healthy,
    ]);
  expect(page()).toEqual([
    ['worker', '7.0', true],
    ['shop', '2.0', false],
  ]);
  expect(page('web-1')).toEqual([['shop', '1.1', true]]);
});
