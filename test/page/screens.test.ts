import Database from 'better-sqlite3';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeploymentPage } from '../../src/server/api.ts';
import { open, startBrowser } from '../support/browser.ts';
import { newProgram } from '../support/program.ts';
import { serve } from '../support/serve.ts';
import { seen, untilCaughtUp, untilVersions } from './firstScreen.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
}, 60_000);
afterAll(() => browser.close());

describe('First screen', { timeout: 60_000 }, () => {
  test('an empty ledger shows only what to type, and the first deployment replaces it', async () => {
    const program = newProgram();
    await program.run(['init', '--deployment', 'shop']);
    const { url } = await serve({ program });
    const { page, complaints } = await open(browser, url);
    const text = await page.$eval('main', (main) => (main as HTMLElement).innerText);
    expect(text).toMatch(/^No deployments yet\n/);
    expect(text).toContain('deploytrack start --deployment shop');
    expect(text).toContain('deploytrack serve --sample');
    expect(await page.$$('select, table, [data-question]')).toEqual([]);
    await program.quiet(['start', '--deployment', 'shop', '--version', '1.0.0']);
    await untilVersions(page, ['1.0.0']);
    expect(complaints).toEqual([]);
  });

  test('a last deployment that failed is shown with its phase, its reason and the end of its stderr', async () => {
    const program = newProgram();
    await program.quiet(['run', '--deployment', 'shop', '--version', '1.0.0', '--', 'true']);
    const id = await program.quiet(['start', '--deployment', 'shop', '--version', '1.1.0']);
    const script = 'seq 1 10 >&2; echo "npm error ERESOLVE" >&2; exit 3';
    await program.run(['phase', 'run', 'build', '--keep-stderr', '--id', id, '--', 'sh', '-c', script]);
    await program.run(['finish', '--id', id]);
    const { url } = await serve({ program });
    const { page } = await open(browser, url);
    expect(await seen(page, 'last-failure')).toMatch(
      /^The last deployment failed\n+✗ 1\.1\.0 phase build\n+exit code 3\n[\s\S]*not rolled back\n+4\n[\s\S]*\nnpm error ERESOLVE$/,
    );
    expect(await seen(page, 'in-service')).toContain('1.0.0');
    await page.goto(`${url}/#/d/${id}`);
    const stored = await page.waitForSelector('[data-failure] .stderr');
    expect(await stored?.evaluate((one) => one.textContent)).toMatch(/^1\n2\n[\s\S]*ERESOLVE$/);
  });

  test('a running deployment ticks without any request, and relative times are renewed', async () => {
    const program = newProgram();
    await program.quiet(['run', '--deployment', 'shop', '--version', '1.0.0', '--', 'true']);
    const id = await program.quiet(['start', '--deployment', 'shop', '--version', '1.1.0']);
    await program.quiet(['phase', 'start', 'build', '--id', id]);
    const { url } = await serve({ program });
    const { page } = await open(browser, `${url}/#/d/${id}`);
    await untilCaughtUp(page, `/api/deployments/${id}`);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const before = await page.$eval('[data-elapsed]', (one) => one.textContent);
    await page.waitForFunction(
      (text) => document.querySelector('[data-elapsed]')?.textContent !== text,
      {},
      before,
    );
    expect(await page.$eval('[data-phase=build] .number', (one) => one.textContent)).toMatch(/^\d/);
    expect(requests).toEqual([]);
    await hurry(page);
    await page.evaluate(() => {
      location.hash = '';
    });
    await untilVersions(page, ['1.1.0', '1.0.0']);
    await later(page, { hours: 2 });
    await page.waitForFunction(() => document.querySelector('td.when')?.textContent === '2h ago');
  });

  test('a figure shows its change since the period before', async () => {
    const program = newProgram();
    for (const version of ['1.0.0', '1.1.0', '1.2.0'])
      await program.quiet(['run', '--deployment', 'shop', '--version', version, '--', 'true']);
    const database = new Database(program.ledger);
    const earlier = (column: string) => `${column} = strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, '-40 days')`;
    database.exec(
      `UPDATE deployment_metrics SET ${earlier('deployment_started_at')}, ${earlier('deployment_completed_at')} WHERE version = '1.0.0'`,
    );
    database.close();
    const { page } = await open(browser, (await serve({ program })).url);
    const changes = await page.$$eval('.figure', (figures) =>
      figures.map((one) => [
        one.querySelector('.name')?.textContent,
        one.querySelector('.change')?.textContent,
      ]),
    );
    expect(Object.fromEntries(changes)).toMatchObject({
      'success rate': '— unchanged',
      deployments: '▲ 100%',
    });
  });

  test('the list as CSV has the deployments that match, guarded against formulas', async () => {
    const program = newProgram();
    for (const version of ['1.0.0', '=2+3'])
      await program.quiet(['run', '--deployment', 'shop', '--version', version, '--', 'true']);
    const { url } = await serve({ program });
    const { page } = await open(browser, `${url}/#/?search=2%2B3`);
    const href = await page.$eval('a[download]', (link) => (link as HTMLAnchorElement).href);
    const lines = (await (await fetch(href)).text()).trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^deployment_id,deployment,environment,service,version,/);
    expect(lines.slice(1).map((line) => line.split(',')[4])).toEqual(["'=2+3"]);
    const all = (await (await fetch(`${url}/api/deployments?limit=-1`)).json()) as DeploymentPage;
    expect(all.rows).toHaveLength(2);
  });
});

/** Lets intervals that begin from now on be short. */
async function hurry(page: Page): Promise<void> {
  await page.evaluate(() => {
    const begin = setInterval;
    Object.assign(window, { setInterval: (act: () => void, ms: number) => begin(act, Math.min(ms, 50)) });
  });
}

/** Puts the clock of the page forward. */
async function later(page: Page, { hours }: { hours: number }): Promise<void> {
  await page.evaluate((ahead) => {
    const Real = Date;
    class Later extends Real {
      constructor(...values: readonly number[]) {
        super(...((values.length > 0 ? values : [Real.now() + ahead]) as [number]));
      }
    }
    Object.assign(window, { Date: Later });
  }, hours * 3_600_000);
}
