import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { because } from '../support/because.ts';
import { open, startBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { postgresPrograms } from '../support/postgres.ts';
import { newProgram, type Program } from '../support/program.ts';
import { type Served, serve } from '../support/serve.ts';
import { untilVersions } from './firstScreen.ts';
import { emptyStores, hostOf } from './shownFrom.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
}, 180_000);
afterAll(() => browser.close());

/** A host of its own name, with its own ledger. */
interface Host {
  readonly program: Program;
  deploy(version: string, command?: readonly string[]): Promise<void>;
}

function hostNamed(name: string, url: string): Host {
  const program = hostOf(url);
  // What is not over yet need not be in the store.
  const unsent = newProgram({ ledger: program.ledger });
  return {
    program,
    async deploy(version, command = ['true']) {
      const id = `${name}-${version}`;
      const site = ['--deployment', 'shop', '--instance', name];
      await unsent.quiet(['start', ...site, '--version', version, '--id', id]);
      await unsent.run(['phase', 'run', 'migration', '--id', id, '--', ...command]);
      await program.run(['finish', '--id', id]);
    },
  };
}

function serveStore(url: string, ...args: readonly string[]): Promise<Served> {
  const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: url } });
  return serve({ program, args: ['--store', ...args] });
}

/** The cells of the table with this caption, row by row. */
function cellsOf(page: Page, caption: string): Promise<string[][]> {
  return page.evaluate((wanted) => {
    const table = [...document.querySelectorAll('table')].find((one) =>
      one.querySelector('caption')?.textContent?.startsWith(wanted),
    );
    return [...(table?.querySelectorAll('tbody tr') ?? [])].map((row) =>
      [...row.children].map((cell) => (cell as HTMLElement).innerText.trim()),
    );
  }, caption);
}

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))(
  'Hosts of a store in the web UI',
  { timeout: 120_000 },
  () => {
    const stores = emptyStores();
    let url: string;
    /** 1.0 on three hosts, then 1.1: done on the first, failed on the second, not yet on the third. */
    beforeAll(async () => {
      url = stores.make();
      const [one, two, three] = ['web-1', 'web-2', 'web-10'].map((name) => hostNamed(name, url));
      await Promise.all([one?.deploy('1.0'), two?.deploy('1.0'), three?.deploy('1.0')]);
      await one?.deploy('1.1', ['sleep', '0.3']);
      await two?.deploy('1.1', ['sh', '-c', 'echo no column >&2; exit 3']);
    }, 240_000);

    test('hosts are rows with what runs there, and lead to the waterfall of their last deployment', async () => {
      const { page, complaints } = await open(browser, (await serveStore(url)).url);
      await page.click('[data-hosts]');
      await page.waitForSelector('article.fleet');
      const hosts = await cellsOf(page, 'Hosts');
      expect(hosts.map(([name, , version, behind]) => [name, version, behind])).toEqual([
        ['web-2', '1.0', '1'],
        ['web-10', '1.0', '1'],
        ['web-1', '1.1', '0'],
      ]);
      expect(hosts[0]?.[5]).toMatch(/^✗1\.1, /);
      await page.click('[data-state=behind]');
      await page.waitForFunction(() => document.querySelectorAll('tr[data-id]').length === 2);
      await page.click('[data-state=failed]');
      await page.waitForFunction(() => document.querySelectorAll('tr[data-id]').length === 1);
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[data-phase=migration]');
      expect(await page.title()).toContain('✗ 1.1 shop');
      expect(await page.$eval('main', (main) => main.textContent)).toContain('exit code 3');
      await page.click('[data-back]');
      await page.waitForFunction(() => location.hash.includes('status=failed'));
      expect(complaints).toEqual([]);
    });

    test('a rollout is one thing: its progress, its failures, its slowest host, and who waits', async () => {
      const { page } = await open(browser, `${(await serveStore(url)).url}/#/f`);
      await page.waitForSelector('article.fleet');
      const rollouts = await cellsOf(page, 'Rollouts');
      expect(rollouts.map(([version, , , hosts, failed]) => [version, hosts, failed])).toEqual([
        ['1.1', '1 of 3', '1'],
        ['1.0', '3 of 3', '0'],
      ]);
      expect(rollouts[0]?.[8]).toMatch(/^web-\d /);
      await page.click('[data-rollout]');
      await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'Rollout of 1.1');
      const hosts = await cellsOf(page, 'Hosts: ');
      expect(hosts.map(([name, status]) => [name, status])).toEqual([
        ['web-2', '✗failed'],
        ['web-1', '✓success'],
      ]);
      expect(hosts[0]?.at(-1)).toContain('exit code 3');
      expect((await cellsOf(page, 'Phases over'))[0]).toEqual([
        'migration',
        expect.any(String),
        expect.any(String),
        'web-1',
      ]);
      expect(await cellsOf(page, 'Hosts without 1.1')).toEqual([['web-10', '1.0']]);
      await page.click('tr[data-id] a[data-open]');
      await page.waitForSelector('[data-phase=migration]');
    });

    test.each(['light', 'dark'] as const)(
      'hosts and rollouts have no accessibility problem in %s mode, and fit a phone',
      async (scheme) => {
        const base = (await serveStore(url)).url;
        for (const path of ['/#/f', '/#/f?status=running', '/#/r/shop/production/1.1', '/']) {
          const { page } = await open(browser, `${base}${path}`, { scheme, width: 390, height: 844 });
          const session = await page.createCDPSession();
          await session.send('Runtime.evaluate', { expression: axe });
          const found = (await page.evaluate('axe.run()')) as {
            violations: { id: string; nodes: { html: string }[] }[];
          };
          expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
        }
      },
    );

    test('at 1024 px the header with its link to the hosts is one row', async () => {
      const { page } = await open(browser, (await serveStore(url)).url, { width: 1024, height: 800 });
      expect(await page.$eval('.bar', (bar) => bar.getBoundingClientRect().height)).toBeLessThan(60);
    });

    test('--host and --environment select what is shown, and --limit says what it leaves out', async () => {
      const one = await open(browser, (await serveStore(url, '--host', 'web-2')).url);
      await untilVersions(one.page, ['1.1', '1.0']);
      expect(await one.page.$('[data-store]')).toBeNull();
      const none = await open(browser, (await serveStore(url, '--environment', 'staging')).url);
      expect(await none.page.$eval('main', (main) => (main as HTMLElement).innerText)).toContain(
        'deploytrack sync',
      );
      const few = await serveStore(url, '--limit', '2');
      const cut = await open(browser, few.url);
      await untilVersions(cut.page, ['1.1', '1.1']);
      expect(await cut.page.$eval('[data-store=cut]', (line) => line.textContent)).toMatch(
        /^The newest 2 deployments of the store, back to /,
      );
      // A link leads to any deployment of the store, and to the one before it.
      await cut.page.goto(`${few.url}/#/d/web-2-1.0`);
      await cut.page.waitForSelector('[data-phase=migration]');
      await cut.page.goto(`${few.url}/#/c/web-2-1.0/web-2-1.1`);
      await cut.page.waitForFunction(
        () => document.querySelector('h1')?.textContent === '1.0 compared with 1.1',
      );
      await cut.page.goto(`${few.url}/#/d/unknown`);
      await cut.page.waitForFunction(() =>
        document.querySelector('.problem')?.textContent?.includes('no such deployment'),
      );
    });

    test('two hosts with one ID are told apart, also if the second one comes later', async () => {
      const own = stores.make();
      const [one, two] = ['ci-1', 'ci-2'].map((name) => hostNamed(name, own));
      const run = (host: Host | undefined, name: string, version: string) =>
        host?.program.quiet([
          'run',
          '--deployment',
          'shop',
          '--version',
          version,
          '--instance',
          name,
          '--id',
          'build-7',
          '--',
          'true',
        ]);
      await run(one, 'ci-1', '1.0');
      const served = await serveStore(own);
      const { page } = await open(browser, served.url);
      await untilVersions(page, ['1.0']);
      await run(two, 'ci-2', '2.0');
      await untilVersions(page, ['2.0', '1.0']);
      const ids = await page.$$eval('tr[data-id]', (rows) => rows.map((row) => row.getAttribute('data-id')));
      expect(ids).toEqual(['build-7@ci-2', 'build-7@ci-1']);
      const response = await fetch(`${served.url}/api/deployments/build-7`);
      expect(((await response.json()) as { version: string }).version).toBe('2.0');
    });

    test('what is excluded from statistics leaves the page', async () => {
      const own = stores.make();
      const host = hostNamed('web-1', own);
      await host.deploy('1.0');
      const begun = [
        'start',
        '--deployment',
        'shop',
        '--instance',
        'web-1',
        '--version',
        '1.1',
        '--id',
        'odd',
      ];
      await host.program.quiet(begun);
      const { page } = await open(browser, (await serveStore(own)).url);
      await untilVersions(page, ['1.1', '1.0']);
      await host.program.quiet(['finish', '--id', 'odd', '--discard']);
      await untilVersions(page, ['1.0']);
      expect(await page.$eval('main', (main) => main.textContent)).not.toContain('1.1');
    });
  },
);

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))(
  'Store that is gone',
  { timeout: 120_000 },
  () => {
    const stores = emptyStores();

    test('the page keeps what it has and says since when, the log has one warning, and both go on when it is back', async () => {
      const url = stores.make();
      const host = hostNamed('web-1', url);
      await host.deploy('1.0');
      const served = await serveStore(url);
      const { page } = await open(browser, served.url);
      await untilVersions(page, ['1.0']);
      await stores.postgres().stop();
      await page.waitForSelector('[data-store=lost]');
      expect(await page.$eval('[data-store=lost]', (line) => line.textContent)).toMatch(
        /^The store 127\.0\.0\.1:\d+\/store_1 cannot be read since \S+ .* Below is what was read until /,
      );
      await untilVersions(page, ['1.0']);
      const text = async (path: string) => (await fetch(`${served.url}${path}`)).text();
      expect(await text('/-/ready')).toMatch(/^ready; the store cannot be read since 2\S+Z\n$/);
      expect(JSON.parse(await text('/health'))).toMatchObject({ store_lost_since: expect.any(String) });
      expect(JSON.parse(await text('/api/fleet')).rollouts).toHaveLength(1);
      await stores.postgres().restart();
      await host.deploy('1.1');
      await untilVersions(page, ['1.1', '1.0']);
      await page.waitForFunction(() => document.querySelector('[data-store]') === null);
      const lines = () => served.log().filter(({ message }) => String(message).startsWith('the store '));
      await eventually(() => lines()[1], { what: 'a line that the store is back' });
      expect(lines().map(({ level }) => level)).toEqual(['warning', 'info']);
      expect(JSON.stringify(lines())).not.toContain('owner');
      expect((await served.stop()).code).toBe(0);
    });

    test('a store that cannot be read at the start ends the server with a hint', async () => {
      const program = newProgram();
      const end = await program.run([
        'serve',
        '--store',
        stores.make().replace('store_', 'nothing_'),
        '--listen',
        '127.0.0.1:0',
      ]);
      expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining('create the database') });
      expect(end.stderr.trim().split('\n')).toHaveLength(2);
      const both = await program.run(['serve', '--store', '--sample']);
      expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('cannot be used together')]);
    });
  },
);

test('a ledger with several hosts shows them and their rollouts too', { timeout: 60_000 }, async () => {
  const program = newProgram();
  for (const name of ['web-1', 'web-2'])
    await program.quiet([
      'run',
      '--deployment',
      'shop',
      '--version',
      '1.0',
      '--instance',
      name,
      '--',
      'true',
    ]);
  const { page } = await open(browser, (await serve({ program })).url);
  await page.keyboard.press('h');
  await page.waitForSelector('article.fleet');
  expect((await cellsOf(page, 'Hosts')).map(([name, , version]) => [name, version])).toEqual([
    ['web-1', '1.0'],
    ['web-2', '1.0'],
  ]);
  expect((await cellsOf(page, 'Rollouts'))[0]?.[3]).toBe('2 of 2');
});
