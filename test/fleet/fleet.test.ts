import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { initStore } from '../../src/fleet/initStore.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { ledgerWorld } from '../ledger/ledgerWorld.ts';
import { scriptOf } from '../ledger/script.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { newProgram } from '../support/program.ts';
import { ledgerIdOf, syncFrom } from './storeWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('Fleet', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
    await initStore(fakeContext(), storeAddress(postgres.url));
  }, 180_000);
  afterAll(() => postgres.remove());

  /** A host with its deployments, the newest last. */
  async function host(
    name: string,
    deployments: readonly { version: string; now: string; ends?: boolean; bad?: number }[],
    deployment?: string,
  ) {
    const world = ledgerWorld({ hostName: () => name });
    for (const [at, { version, now, ends = true, bad = 0 }] of deployments.entries()) {
      world.context.setWallTime(now);
      const script = scriptOf(world, `${name}-${at}`);
      script.start({ version, instance: name, ...(deployment === undefined ? {} : { deployment }) });
      script.wrap('migration', { code: bad });
      script.health({ bad });
      if (ends) script.finish();
    }
    await syncFrom(world, { url: postgres.url });
    return world;
  }

  test('which host runs which version, and who is behind, is read from one row per host', async () => {
    await host('web-1', [
      { version: '1.0', now: '2026-03-01T00:00:00Z' },
      { version: '1.1', now: '2026-03-02T00:00:00Z' },
    ]);
    await host('web-2', [
      { version: '1.0', now: '2026-03-01T01:00:00Z' },
      { version: '1.1', now: '2026-03-02T01:00:00Z', bad: 1 },
    ]);
    await host('web-3', [{ version: '1.2', now: '2026-03-03T00:00:00Z', ends: true }]);
    await host('web-4', [{ version: '1.2', now: '2026-03-03T00:00:00Z', ends: false }]);
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const hosts = JSON.parse(await program.quiet(['fleet', '--json'])) as Record<string, unknown>[];
    expect(
      hosts.map((one) => [one.host, one.version, one.behind, one.last_version, one.last_status, one.since]),
    ).toEqual([
      ['web-1', '1.1', 1, '1.1', 'success', expect.stringMatching(/^2026-03-02T00:/)],
      ['web-2', '1.0', 2, '1.1', 'failed', expect.stringMatching(/^2026-03-01T01:/)],
      ['web-3', '1.2', 0, '1.2', 'success', expect.stringMatching(/^2026-03-03T00:/)],
      ['web-4', null, null, '1.2', 'in-progress', null],
    ]);
    const behind = JSON.parse(await program.quiet(['fleet', '--behind', '--host', 'WEB-*', '--json'])) as {
      host: string;
    }[];
    expect(behind.map((one) => one.host)).toEqual(['web-1', 'web-2', 'web-4']);
    expect(await program.quiet(['fleet', '--host', 'web_1', '--format', 'csv'])).toMatch(/^host,deployment,/);
    expect(await program.quiet(['fleet', '--host', 'web-2'])).toMatch(
      /HOST .*\nweb-2 .* 1\.0 .* failed 1\.1 /,
    );
  });

  test('a version that was rolled back to, or put on a new host, is behind the one that came into service after it', async () => {
    await host(
      'late-1',
      [
        { version: '1.9', now: '2026-03-01T00:00:00Z' },
        { version: '1.10', now: '2026-03-02T00:00:00Z' },
      ],
      'late',
    );
    await host('late-2', [{ version: '1.9', now: '2026-03-03T00:00:00Z' }], 'late');
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const fleet = await program.quiet(['fleet', '--deployment', 'late', '--behind', '--format', 'csv']);
    expect(fleet.split('\n').slice(1)).toEqual([expect.stringMatching(/^late-2,late,\w+,1\.9,[^,]+,1,/)]);
  });

  /** The hosts of a deployment by how many newer versions others run. */
  async function behindOf(deployment: string): Promise<Record<string, number | null>> {
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const text = await program.quiet(['fleet', '--deployment', deployment, '--json']);
    const hosts = JSON.parse(text) as { host: string; behind: number | null }[];
    return Object.fromEntries(hosts.map((one) => [one.host, one.behind]));
  }

  const on = (day: number, version: string) => ({
    version,
    now: new Date(Date.UTC(2026, 1, day)).toISOString(),
  });

  test('one host with a wrong clock does not turn the order of versions round', async () => {
    for (const name of ['slow-1', 'slow-2']) await host(name, [on(10, '2.4'), on(11, '2.5')], 'slow');
    await host('slow-3', [on(10, '2.4')], 'slow');
    await host('slow-5', [on(9, '2.5')], 'slow');
    expect(await behindOf('slow')).toEqual({ 'slow-1': 0, 'slow-2': 0, 'slow-3': 1, 'slow-5': 0 });
  });

  test('one host with a wrong clock does not decide either if no host had both versions', async () => {
    for (const number of [1, 2, 3]) {
      await host(`new-${number}`, [on(number === 1 ? 1 : 12, '2.5')], 'remade');
      await host(`old-${number}`, [on(10, '2.4')], 'remade');
    }
    expect(await behindOf('remade')).toEqual({
      'new-1': 0,
      'new-2': 0,
      'new-3': 0,
      'old-1': 1,
      'old-2': 1,
      'old-3': 1,
    });
  });

  test('a canary host that is always one version ahead is not behind the hosts that follow it', async () => {
    await host('train-1', [on(1, '1.0'), on(5, '1.1')], 'train');
    for (const number of [2, 3, 4]) await host(`train-${number}`, [on(10, '1.0')], 'train');
    expect(await behindOf('train')).toEqual({ 'train-1': 0, 'train-2': 1, 'train-3': 1, 'train-4': 1 });
  });

  test('a host whose rows come a month late is placed by when its versions were deployed', async () => {
    for (const number of [1, 2, 3]) await host(`month-${number}`, [on(10, '2.5'), on(20, '2.6')], 'month');
    await host('month-4', [on(1, '2.4')], 'month');
    expect(await behindOf('month')).toEqual({ 'month-1': 0, 'month-2': 0, 'month-3': 0, 'month-4': 1 });
  });

  test('a version that was rolled back is not the last success without a word', async () => {
    const world = await host('back-1', [on(1, '1.0'), on(2, '1.4')], 'back');
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const last = () => program.quiet(['fleet', '--deployment', 'back']);
    expect(await last()).toMatch(/ 1\.4 .* success /);
    world.pass(60);
    scriptOf(world, 'back-1-1').rollback({ toVersion: '1.0' });
    await syncFrom(world, { url: postgres.url });
    expect(await last()).toMatch(/ 1\.0 .* success 1\.4, rolled back to 1\.0 /);
  });

  test('a report of the store says that hosts run other versions than the one in service', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const report = () => program.quiet(['report', '--store', '--deployment', 'mixed']);
    await host('mixed-1', [on(3, '2.0')], 'mixed');
    await host('mixed-2', [on(2, '2.0')], 'mixed');
    expect(await report()).not.toContain('other version');
    await host('mixed-3', [on(1, '1.0')], 'mixed');
    await host('mixed-4', [on(1, '1.0')], 'mixed');
    await host('mixed-5', [on(1, '1.1')], 'mixed');
    expect(await report()).toContain(
      'mixed production: 2.0, and 2 other versions on 3 hosts: `deploytrack fleet`',
    );
  });

  test('a rollout waits for all hosts, and names those that are not there', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    await host('api-1', [{ version: '2.0', now: '2026-03-02T00:00:00Z' }]);
    const wait = (...words: string[]) =>
      program.run(['fleet', 'wait', '--version', '2.0', '--hosts', 'api-*', '--timeout', '1ms', ...words]);
    expect(await wait()).toMatchObject({ code: 0, stdout: '2.0: 1 of 1 host\n', stderr: '' });
    expect(await wait('--count', '2')).toMatchObject({
      code: 1,
      stdout: '2.0: 1 of 2 hosts\n1 more host expected; it has not sent anything to the store\n',
    });
    await host('api-2', [
      { version: '1.9', now: '2026-03-01T00:00:00Z' },
      { version: '2.0', now: '2026-03-02T00:00:00Z', bad: 1 },
    ]);
    await host('api-3', [{ version: '1.9', now: '2026-03-01T00:00:00Z' }]);
    expect(await wait()).toMatchObject({
      code: 1,
      stdout: '2.0: 1 of 3 hosts\napi-2: runs 1.9, the deployment of 2.0 failed\napi-3: runs 1.9\n',
    });
    await host('api-3', [{ version: '7', now: '2026-03-01T00:00:00Z' }], 'other');
    expect((await wait('--count', '9')).stdout).toBe(
      '2.0: 1 of 9 hosts\n' +
        'api-3, other production: runs 7\n' +
        'api-2, shop production: runs 1.9, the deployment of 2.0 failed\n' +
        'api-3, shop production: runs 1.9\n' +
        '6 more hosts expected; they have not sent anything to the store\n',
    );
    const waiting = program.run([
      'fleet',
      'wait',
      '--version',
      '2.0',
      '--hosts',
      'api-3',
      '--deployment',
      'shop',
      '--timeout',
      '60s',
    ]);
    await host('api-3', [{ version: '2.0', now: '2026-03-02T00:00:00Z' }]);
    expect(await waiting).toMatchObject({ code: 0, stdout: '2.0: 1 of 1 host\n' });
  });

  test('a host that failed to deploy the same version again is not there', async () => {
    await host('again-1', [
      { version: '5.0', now: '2026-03-01T00:00:00Z' },
      { version: '5.0', now: '2026-03-02T00:00:00Z', bad: 1 },
    ]);
    const words = ['--version', '5.0', '--hosts', 'again-*', '--timeout', '1ms'];
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    expect(await program.run(['fleet', 'wait', ...words])).toMatchObject({
      code: 1,
      stdout: '5.0: 0 of 1 host\nagain-1: runs 5.0, but its last deployment of 5.0 failed\n',
    });
  });

  test.each([
    ['v2.0', '2.0', 0],
    ['2.0', 'v2.0', 0],
    ['4f2a9c1d7e', '4F2A9C1', 0],
    ['4f2a9c', '4f2a9c1d7e', 1],
    ['2.0.1', '2.0', 1],
  ])('fleet wait compares a host on %s with the version %s as health does', async (own, wanted, code) => {
    const name = `agree-${own}-${wanted}`.toLowerCase();
    await host(name, [{ version: own, now: '2026-03-01T00:00:00Z' }]);
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const words = ['--version', wanted, '--hosts', name, '--timeout', '1ms'];
    expect(await program.run(['fleet', 'wait', ...words])).toMatchObject({ code });
  });

  test('a host that could not deploy the version is not there, whatever its name', async () => {
    await host('agree-failed', [
      { version: '1.9', now: '2026-03-01T00:00:00Z' },
      { version: 'v2.0', now: '2026-03-02T00:00:00Z', bad: 1 },
    ]);
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const words = ['--version', '2.0', '--hosts', 'agree-failed', '--timeout', '1ms'];
    expect((await program.run(['fleet', 'wait', ...words])).stdout).toBe(
      '2.0: 0 of 1 host\nagree-failed: runs 1.9, the deployment of 2.0 failed\n',
    );
  });

  test('a host with two deployments counts once for those who wait', async () => {
    const world = ledgerWorld({ hostName: () => 'twice-1' });
    for (const deployment of ['app', 'site']) {
      const script = scriptOf(world, deployment);
      script.start({ version: '7.0', instance: 'twice-1', deployment });
      script.finish();
    }
    await syncFrom(world, { url: postgres.url });
    const words = ['--version', '7.0', '--hosts', 'twice-*', '--timeout', '1ms', '--count', '2'];
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    expect(await program.run(['fleet', 'wait', ...words])).toMatchObject({
      code: 1,
      stdout: '7.0: 1 of 2 hosts\n1 more host expected; it has not sent anything to the store\n',
    });
  });

  test('the name of a host cannot act on the terminal of those who wait, or pretend to be another line', async () => {
    const name = 'odd-1\u001b[2J\n9.0: 9 of 9 hosts';
    postgres.rows(
      `INSERT INTO deploytrack_rows.hosts (ledger_id, instance, deployment, environment, version, last_deployment_id, last_status, revision)
       VALUES ('odd', E'${name.replace('\u001b', '\\x1b').replace('\n', '\\n')}', 'app', 'prod', '1', 'x', 'success', 1)`,
    );
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const words = ['--version', '9.0', '--hosts', 'odd-*', '--timeout', '1ms'];
    expect(await program.run(['fleet', 'wait', ...words])).toMatchObject({
      code: 1,
      stdout: '9.0: 0 of 1 host\nodd-1\\x1b[2J\\n9.0: 9 of 9 hosts: runs 1\n',
    });
  });

  test('history, show and compare print of the store what they print of the ledger', async () => {
    const world = await host('db-1', [
      { version: '3.0', now: '2026-04-01T00:00:00Z' },
      { version: '3.1', now: '2026-04-02T00:00:00Z', bad: 1 },
      { version: '3.2', now: '2026-04-03T00:00:00Z' },
    ]);
    const program = newProgram({ ledger: world.path, env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const same = async (...words: string[]) => {
      const own = await program.quiet(words);
      expect(own.length).toBeGreaterThan(100);
      expect(await program.quiet([...words, '--store'])).toBe(own);
    };
    await same('history', '--host', 'db-1', '--json');
    await same('history', '--version', '3.', '--status', 'success', '--since', '2026-04-02');
    await same('show', 'db-1-1', '--json');
    await same('show', '3.2');
    await same('compare', '3.0', '3.2', '--json');
  });

  test('a part of an ID that many have means the newest ones, as in the ledger', async () => {
    const world = ledgerWorld({ hostName: () => 'many-1', now: '2031-01-01T00:00:00Z' });
    // The store gets them in another order than that of their times.
    for (const place of [7, 3, 11, 0, 5, 12, 1, 9, 2, 10, 4, 8, 6]) {
      const [minute, letter] = [String(place).padStart(2, '0'), String.fromCharCode(109 - place)];
      world.context.setWallTime(`2031-01-01T00:${minute}:00Z`);
      for (const id of [`20310101T00${minute}00Z-${minute}abcdef`, `${letter}-${minute}-common`]) {
        const script = scriptOf(world, id);
        script.start({ version: '1', instance: 'many-1', deployment: 'many' });
        script.finish();
      }
    }
    await syncFrom(world, { url: postgres.url });
    const program = newProgram({ ledger: world.path, env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    for (const word of ['2031', 'common']) {
      const own = await program.run(['show', word]);
      expect(own.stderr).toContain('ambiguous');
      expect((await program.run(['show', word, '--store'])).stderr).toBe(own.stderr);
    }
  });

  test('a database whose dates are those of a country is read like any other', async () => {
    await host('iso-1', [{ version: '3.0', now: '2026-03-02T00:00:00Z' }]);
    const read = () => program.quiet(['history', '--store', '--host', 'iso-1', '--json']);
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const usual = await read();
    expect(usual).toContain('2026-03-02T00:00:00');
    postgres.rows("ALTER ROLE owner SET datestyle = 'German, DMY'");
    onTestFinished(() => void postgres.rows('ALTER ROLE owner RESET datestyle'));
    expect(await read()).toBe(usual);
  });

  test('deployments of two hosts with one ID are told apart by their hosts', async () => {
    const hosts = ['ci-1', 'ci-2'];
    for (const name of hosts) {
      const world = ledgerWorld({ hostName: () => name });
      const script = scriptOf(world, 'run-77');
      script.start({ version: '4.0', instance: name });
      script.wrap('migration');
      script.finish();
      await syncFrom(world, { url: postgres.url });
    }
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const found = JSON.parse(await program.quiet(['history', '--store', '--version', '4.0', '--json'])) as {
      deployment_id: string;
    }[];
    expect(found.map((one) => one.deployment_id).sort()).toEqual(['run-77@ci-1', 'run-77@ci-2']);
  });

  test('deployments of two ledgers of one host with one ID are told apart by their ledgers', async () => {
    const ledgers: string[] = [];
    for (const code of [1, 0]) {
      const world = ledgerWorld({ hostName: () => 'runner' });
      const script = scriptOf(world, 'job-7');
      script.start({ version: '4.5', instance: 'runner' });
      script.wrap(code === 0 ? 'second' : 'first', { code });
      script.finish();
      await syncFrom(world, { url: postgres.url });
      ledgers.push(ledgerIdOf(world).slice(0, 8));
    }
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const json = async (words: readonly string[]) =>
      JSON.parse(await program.quiet([...words, '--store', '--json']));
    const found = (await json(['history', '--version', '4.5'])) as { deployment_id: string }[];
    const ids = ledgers.map((ledger) => `job-7@runner-${ledger}`);
    expect(found.map((one) => one.deployment_id).sort()).toEqual([...ids].sort());
    const shown = await Promise.all(ids.map((id) => json(['show', id])));
    expect(shown.map(({ phases }) => phases.map(({ stage }: { stage: string }) => stage))).toEqual([
      ['first'],
      ['second'],
    ]);
    const both = await program.run(['show', 'job-7@runner', '--store']);
    expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining(ids[0] ?? '') });
  });

  test('a deployment that was imported into another ledger keeps its phases in both', async () => {
    const [from, to] = [newProgram(), newProgram()];
    const env = { DEPLOYTRACK_STORE_URL: postgres.url };
    const start = [
      'start',
      '--deployment',
      'app',
      '--version',
      '4.6',
      '--instance',
      'old',
      '--id',
      'moved-1',
    ];
    await from.quiet(start);
    await from.quiet(['phase', 'record', 'build', '--duration', '1s', '--id', 'moved-1']);
    await from.quiet(['finish', '--id', 'moved-1'], { env });
    const file = join(from.folder, 'rows.ndjson');
    await from.quiet(['export', '--out', file]);
    expect(await to.run(['import', file])).toMatchObject({ code: 0 });
    await to.quiet(['sync'], { env });
    const found = JSON.parse(await to.quiet(['history', '--store', '--version', '4.6', '--json'], { env }));
    expect(found).toHaveLength(2);
    for (const { deployment_id: id } of found) {
      const { phases } = JSON.parse(await to.quiet(['show', id, '--store', '--json'], { env }));
      expect([id, phases.length]).toEqual([id, 1]);
    }
  });

  test('stats computes of the store what it computes of the ledger', async () => {
    const world = ledgerWorld({ hostName: () => 'st-1' });
    world.context.setWallTime('2026-05-01T00:00:00Z');
    for (let number = 0; number < 60; number += 1) {
      const script = scriptOf(world, `st-${number}`);
      script.start({ version: `5.${number}`, instance: 'st-1', deployment: 'numbers' });
      script.mark('build', { seconds: number % 5 });
      script.mark('unpack');
      script.wrap('migration', { code: number % 7 === 0 ? 1 : 0 });
      script.wrap('cutover');
      script.health({ bad: number % 3 });
      script.finish();
      if (number % 9 === 0) script.rollback();
      world.pass(number * 13);
    }
    await syncFrom(world, { url: postgres.url });
    const program = newProgram({ ledger: world.path, env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const rounded = (text: string) =>
      JSON.parse(text, (_, value) => (typeof value === 'number' ? Number(value.toFixed(6)) : value));
    for (const words of [
      [],
      ['--since', '2026-05-01T00:40:00Z'],
      ['--limit', '17'],
      ['--status', 'failed'],
    ]) {
      const all = ['stats', '--deployment', 'numbers', '--json', ...words];
      const own = rounded(await program.quiet(all));
      expect(rounded(await program.quiet([...all, '--store']))).toEqual(own);
    }
    expect(await program.quiet(['stats', '--deployment', 'numbers', '--store'])).toBe(
      await program.quiet(['stats', '--deployment', 'numbers']),
    );
  });

  test('report, gate and every form of stats print of the store what they print of the ledger', async () => {
    const world = ledgerWorld({ hostName: () => 're-1', now: Date.now() - 40 * 3_600_000 });
    for (let number = 0; number < 14; number += 1) {
      const script = scriptOf(world, `re-${number}`);
      script.start({ version: `6.${number}`, instance: 're-1', hostname: 're-1', deployment: 'reports' });
      script.mark('build', { seconds: number === 12 ? 90 : 5 });
      script.wrap('migration', { code: number === 6 ? 1 : 0 });
      script.finish();
      if (number === 9) script.rollback();
      world.pass(7200);
    }
    await syncFrom(world, { url: postgres.url });
    const program = newProgram({ ledger: world.path, env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const rounded = (text: string) =>
      JSON.parse(text, (key, value) =>
        ['from', 'until', 'at', 'now'].includes(key) || key.endsWith('ends_at')
          ? undefined
          : typeof value === 'number'
            ? Number(value.toFixed(4))
            : value,
      );
    for (const words of [
      ['report', '--since', '2d'],
      ['stats', '--dora'],
      ['stats', '--dora', '--by', 'host'],
      ['stats', '--budget'],
      ['stats', '--regressions'],
      ['stats', '--phases'],
      ['stats', '--by', 'version'],
      ['stats', '--host', 'RE-1'],
      ['gate', '--min-deployments', '3'],
    ]) {
      const all = [...words, '--deployment', 'reports', '--json'];
      const [own, stored] = [await program.run(all), await program.run([...all, '--store'])];
      expect([words, stored.code, stored.stderr]).toEqual([words, own.code, own.stderr]);
      // What is typed to pass names the option.
      const withoutPass = ({ pass: _, ...rest }: Record<string, unknown>) => rest;
      expect([words, withoutPass(rounded(stored.stdout))]).toEqual([words, withoutPass(rounded(own.stdout))]);
    }
    await program.quiet(['report', '--store', '--deployment', 'reports', '--out', 'report.html', 're-3']);
  });

  test('a sum of seconds of the store has no other digits than that of the ledger', async () => {
    const world = ledgerWorld({ hostName: () => 'sum-1', now: Date.now() - 3_600_000 });
    // As doubles, ten of them are 0.9999999999999999.
    for (let number = 0; number < 10; number += 1) {
      const script = scriptOf(world, `sum-${number}`);
      script.start({ version: '1', instance: 'sum-1', deployment: 'sums' });
      script.mark('cutover', { seconds: 0.1 });
      script.finish();
    }
    await syncFrom(world, { url: postgres.url });
    const program = newProgram({ ledger: world.path, env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const sumsOf = (text: string) => [...text.matchAll(/"downtime\w*": *[\d.]+/g)].map(String);
    for (const words of [['report'], ['stats', '--by', 'version']]) {
      const all = [...words, '--deployment', 'sums', '--json'];
      const own = sumsOf(await program.quiet(all));
      expect(own.join()).toMatch(/: *1(,|$)/);
      expect(sumsOf(await program.quiet([...all, '--store']))).toEqual(own);
    }
  });

  test('a gate that judges the store holds the freezes of its own ledger, and stops if the store is away', async () => {
    const world = await host('ga-1', [{ version: '7.0', now: '2026-03-02T00:00:00Z' }]);
    const program = newProgram({ ledger: world.path, env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const gate = ['gate', '--store', '--deployment', 'frozen-here'];
    expect((await program.run(gate)).code).toBe(0);
    await program.quiet([
      'gate',
      'freeze',
      '--until',
      '1h',
      '--reason',
      'audit',
      '--deployment',
      'frozen-here',
    ]);
    expect(await program.run(gate)).toMatchObject({ code: 1, stdout: expect.stringContaining('audit') });
    await program.quiet(['sync']);
    const elsewhere = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const frozen = await elsewhere.run(gate);
    expect(frozen).toMatchObject({ code: 1, stderr: '' });
    expect(frozen.stdout).toContain('audit');
    // Only the ledger that has the freeze can end it.
    const [{ hostname } = {}] = postgres.rows(
      `SELECT hostname FROM deploytrack.ledgers WHERE ledger_id = '${ledgerIdOf(world)}'`,
    );
    const [, thaw = ''] = /or with `deploytrack (gate thaw \S+)`/.exec(frozen.stdout) ?? [];
    expect(frozen.stdout).toContain(`\`deploytrack ${thaw}\` and \`deploytrack sync\` on ${hostname}\n`);
    expect((await program.run(gate)).stdout).toContain(`or with \`deploytrack ${thaw}\`\n`);
    await program.quiet(thaw.split(' '));
    expect((await elsewhere.run(gate)).code).toBe(1);
    await program.quiet(['sync']);
    expect((await elsewhere.run(gate)).code).toBe(0);
    expect((await program.run(gate)).code).toBe(0);
    const away = { DEPLOYTRACK_STORE_URL: 'postgres://owner@127.0.0.1:9/postgres' };
    expect(await program.run(gate, { env: away })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/cannot decide: the store 127\.0\.0\.1:9\/postgres cannot be reached/),
    });
  });

  test('the line that passes a gate of the store can be typed, with its user and without its password', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    const gate = ['gate', '--deployment', 'typed', '--freeze', 'Mon-Sun UTC', '--json', '--store'];
    const lineFor = async (...url: string[]) =>
      String(JSON.parse((await program.run([...gate, ...url])).stdout).pass);
    const line = await lineFor(postgres.url);
    expect(line).toContain(` --store ${postgres.url} --hotfix `);
    const typed = /--store (\S+)/.exec(line)?.[1] ?? '';
    const passes = ['--hotfix', 'x', '--triggered-by', 'ada'];
    expect(await program.run([...gate, typed, ...passes])).toMatchObject({ code: 0, stderr: '' });
    expect(await lineFor(postgres.url.replace('@', ':hunter2@'))).toContain(' --store --hotfix ');
    expect(await program.run([...gate, ...passes])).toMatchObject({ code: 0, stderr: '' });
  });

  test('a host without a time since when it runs its version leaves the figures of the others readable', async () => {
    await host('since-1', [{ version: '1.0', now: '2026-03-01T00:00:00Z' }], 'since');
    await host('since-2', [{ version: '2.0', now: '2026-03-02T00:00:00Z' }], 'since');
    postgres.rows("UPDATE deploytrack_rows.hosts SET since = NULL WHERE instance = 'since-2'");
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    for (const words of [['report'], ['stats', '--by', 'version']])
      expect(await program.run([...words, '--store', '--deployment', 'since'])).toMatchObject({
        code: 0,
        stderr: '',
      });
    postgres.rows("UPDATE deploytrack_rows.hosts SET since = NULL WHERE instance = 'since-1'");
    expect(await program.run(['report', '--store', '--deployment', 'since'])).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  test('those who wait for hosts do not wait for a silent store after their time', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: `postgres://u@127.0.0.1:${port}/db` } });
    const waited = async (timeout: string) => {
      const beganMs = performance.now();
      const { code } = await program.run(['fleet', 'wait', '--version', '1', '--timeout', timeout]);
      return { code, tookMs: performance.now() - beganMs };
    };
    const [short, long] = await Promise.all([waited('1s'), waited('8s')]);
    expect([short.code, long.code]).toEqual([1, 1]);
    expect(short.tookMs).toBeLessThan(long.tookMs - 3000);
  });

  test('those who wait are told at once of what no waiting helps against', async () => {
    postgres.rows("CREATE ROLE nobody_yet LOGIN PASSWORD 'x'");
    postgres.rows('CREATE DATABASE empty');
    onTestFinished(() => void postgres.rows('DROP ROLE nobody_yet'));
    const as = (change: Partial<URL>) => Object.assign(new URL(postgres.url), change).href;
    for (const [url, words] of [
      [as({ pathname: '/missing' }), /create the database/],
      [as({ pathname: '/empty' }), /sync --init/],
      [as({ username: 'nobody_yet' }), /grant the rights/],
      [as({ username: 'stranger' }), /check the user and the password/],
    ] as const)
      expect(
        await newProgram({ env: { DEPLOYTRACK_STORE_URL: url } }).run([
          ...['fleet', 'wait', '--version', '1', '--timeout', '10m'],
        ]),
      ).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(words) });
  });

  test('an empty table of the store says which names it has', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: postgres.url } });
    for (const command of ['history', 'stats']) {
      const { code, stderr } = await program.run([command, '--store', '--deployment', 'missing']);
      expect([code, stderr]).toEqual([
        0,
        expect.stringContaining('no deployment in the store has deployment "missing"'),
      ]);
    }
    for (const [words, said] of [
      [['--behind', '--deployment', 'missing'], 'has deployment "missing"'],
      [['--host', 'missing-*'], 'has host "missing-*"'],
    ] as const) {
      const { code, stderr } = await program.run(['fleet', ...words]);
      expect([code, stderr]).toEqual([0, expect.stringContaining(`no deployment in the store ${said}`)]);
      expect(stderr).toContain('use one of ');
      expect(await program.quiet(['fleet', ...words, '--json'])).toBe('[]');
    }
    await host('newest-1', [on(1, '1.0')], 'newest');
    expect(await program.quiet(['fleet', '--behind', '--deployment', 'newest'])).not.toContain('newest-1');
    for (const words of [['report'], ['stats', '--budget'], ['stats', '--budget', '--month', '2026-01']]) {
      const of = (deployment: string, ...more: string[]) =>
        program.run([...words, '--store', '--deployment', deployment, ...more]);
      expect(await of('missing')).toMatchObject({
        code: 0,
        stderr: expect.stringContaining(
          'no deployment in the store has deployment "missing" and an end in this period\n',
        ),
      });
      expect((await of('missing', '--json')).stderr).toBe('');
    }
    const page = await program.run(['report', '--store', '--deployment', 'missing', '--out', 'none.html']);
    expect(page.stderr).toContain('no deployment in the store has deployment "missing"\n');
    const unknown = await program.run(['show', 'missing', '--store']);
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('not found in the store') });
    expect(unknown.stderr).toContain('hint: run `deploytrack history --store` to list');
  });
});
