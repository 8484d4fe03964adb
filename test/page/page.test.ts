import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SiteOverview } from '../../src/server/api.ts';
import { open, startBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { newProgram, type Program } from '../support/program.ts';
import { serve } from '../support/serve.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const hostile = '<img src=x onerror="document.title=1">"\'&</script><script>document.title=2</script>';

let browser: Browser;
let program: Program;
let url: string;
beforeAll(async () => {
  browser = await startBrowser();
}, 60_000);
afterAll(() => browser.close());

/**
 * Two successful deployments, one that failed in a phase and was rolled back, and one that became healthy in
 * the end.
 */
async function history(): Promise<Program> {
  const made = newProgram();
  await deploy(made, '1.0.0');
  await deploy(made, '1.1.0');
  const everywhere = ['--method', '--triggered-by', '--url', '--commit', '--service'].flatMap((option) => [
    option,
    hostile,
  ]);
  const id = await made.quiet(['start', '--deployment', 'shop', '--version', '2.0.0-beta', ...everywhere]);
  await made.run(['migrate', '--id', id, '--', 'false']);
  await made.quiet(['finish', '--id', id, '--error', hostile, '--notes', hostile]);
  await made.run(['rollback', '--of', id, '--reason', hostile.slice(0, 80)]);
  await deploy(made, '1.2.0');
  return made;
}

async function deploy(of: Program, version: string): Promise<void> {
  const id = await of.quiet(['start', '--deployment', 'shop', '--version', version]);
  await of.quiet(['extract', '--id', id, '--', 'true']);
  await of.quiet(['phase', 'run', 'warm_up', '--id', id, '--', 'sleep', '0.3']);
  await of.quiet(['health', '--id', id, '--check-type', 'queue', '--', 'true']);
  await of.quiet(['finish', '--id', id]);
}

beforeAll(async () => {
  program = await history();
}, 60_000);

async function served(): Promise<string> {
  ({ url } = await serve({ program }));
  return url;
}

/** The text of a card, only if all of it is on the screen. */
function card(name: string): string {
  const found = document.querySelector(`[data-question="${name}"]`);
  const box = found?.getBoundingClientRect();
  const isSeen = box !== undefined && box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  return isSeen ? (found as HTMLElement).innerText : `not on the screen: ${name}`;
}

/** Each question by the name of its card, and the command that gives the same result. */
const questions = {
  'success-rate': ['stats'],
  'longest-phase': ['stats'],
  'last-health': ['show'],
  'last-failure': ['show', '--status', 'failed'],
  'rolled-back': ['show', '--status', 'failed'],
} as const;

describe('Web UI', { timeout: 60_000 }, () => {
  test('the first screen shows the five main results, as the commands and the ledger give them, without errors', async () => {
    const { page, complaints } = await open(browser, await served());
    const said = async (question: keyof typeof questions) => program.quiet(questions[question]);
    const [counts] = program.rows(
      "SELECT sum(deployment_status <> 'failed') AS good, count(*) AS total FROM deployment_metrics",
    );
    expect(await page.evaluate(card, 'success-rate')).toContain(
      `${((100 * Number(counts?.good)) / Number(counts?.total)).toFixed(1)}%`,
    );
    expect(await said('success-rate')).toMatch(
      new RegExp(`^success rate +${(100 * Number(counts?.good)) / Number(counts?.total)}\\.0%$`, 'm'),
    );
    const [phase] = program.rows(
      "SELECT stage, avg(duration_seconds) AS mean FROM deployment_stages s JOIN deployment_metrics d USING (deployment_id) WHERE d.deployment_status <> 'failed' GROUP BY stage ORDER BY 2 DESC LIMIT 1",
    );
    const longest = await page.evaluate(card, 'longest-phase');
    expect(longest).toContain(`${Math.round(Number(phase?.mean) * 1000)}ms`);
    expect(longest).toContain(String(phase?.stage));
    const mean = `${Math.round(Number(phase?.mean) * 1000)}ms`;
    expect(await said('longest-phase')).toMatch(new RegExp(`^PHASE.*\\n${phase?.stage} +${mean} `, 'm'));
    expect(await said('last-health')).toMatch(
      /^✓ shop production {2}1\.1\.0 → 1\.2\.0 {3}success in [\s\S]*\nhealth +queue true\n +healthy,/,
    );
    expect(await page.evaluate(card, 'last-health')).toMatch(/✓ passed\s+1\.2\.0/);
    const failure = await page.evaluate(card, 'last-failure');
    expect(failure).toContain('migration');
    expect(failure).toContain(hostile);
    const shown = await said('last-failure');
    expect(shown).toMatch(/\n✗ migration /);
    expect(shown).toContain(`\nerror      ${hostile.slice(0, 40)}`);
    expect(await said('rolled-back')).toMatch(/^status +✗ failed, rolled back to 1\.1\.0$/m);
    expect(await page.evaluate(card, 'rolled-back')).toMatch(/yes\s+from 2\.0\.0-beta to 1\.1\.0/);
    expect(await page.evaluate(card, 'in-service')).toContain('1.2.0');
    expect(complaints).toEqual([]);
    expect(await page.title()).toBe('Deployments');
  });

  test("the first view shows DORA's measures as stats --dora gives them", async () => {
    const { page } = await open(browser, await served());
    const shown = await page.$$eval('[data-dora]', (cards) => cards.map((one) => one.textContent ?? ''));
    const { groups } = JSON.parse(await program.quiet(['stats', '--dora', '--json'])) as {
      groups: Record<string, { count: number; of: number; level: string | null }>[];
    };
    const measured = Object.entries(groups[0] ?? {}).filter(([name]) =>
      /_(changes|frequency|time|rate)$/.test(name),
    );
    expect(shown).toEqual(
      measured.map(([name, { count, of, level }]) => {
        const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`.replaceAll('_', ' ');
        return expect.stringMatching(new RegExp(`^${title}.*${count} of ${of}, ${level ?? 'no level'}$`));
      }),
    );
    expect(measured).toHaveLength(5);
  });

  test('the list shows all deployments of the ledger and can be filtered', async () => {
    const { page } = await open(browser, await served());
    const versions = () =>
      page.$$eval('tbody tr td:nth-child(2)', (cells) => cells.map((cell) => cell.textContent));
    expect(await versions()).toEqual(['1.2.0', '2.0.0-beta', '1.1.0', '1.0.0']);
    const statuses = await page.$$eval('tbody tr td:nth-child(4)', (cells) =>
      cells.map((cell) => cell.textContent),
    );
    expect(statuses).toEqual(['✓ success', '✗ failed, rolled back to 1.1.0', '✓ success', '✓ success']);
    await page.select('[data-filter=status]', 'failed');
    await eventually(async () => ((await versions()).length === 1 ? true : undefined), { what: 'one row' });
    expect(await versions()).toEqual(['2.0.0-beta']);
  });

  test('the web UI shows one deployment in full, and two next to each other', async () => {
    const [failed] = program.rows(
      "SELECT deployment_id AS id FROM deployment_metrics WHERE version = '2.0.0-beta'",
    );
    const { page, complaints } = await open(browser, `${await served()}/#/d/${failed?.id}`);
    const text = await page.$eval('main', (main) => (main as HTMLElement).innerText);
    for (const part of ['Failed: phase migration', hostile, 'yes, to 1.1.0', 'shop production: 2.0.0-beta'])
      expect(text).toContain(part);
    const phases = program.rows(
      'SELECT stage FROM deployment_stages WHERE deployment_id = ? ORDER BY id',
      failed?.id,
    );
    const cells = await page.$$eval('tbody tr td:first-child', (all) => all.map((cell) => cell.textContent));
    expect(cells).toEqual(phases.map(({ stage }) => `✗ ${stage}`));
    await page.click('a[href^="#/c/"]');
    await page.waitForFunction(() => document.querySelector('h2')?.textContent?.includes('compared with'));
    expect(await page.$eval('h2', (one) => one.textContent)).toBe('1.1.0 compared with 2.0.0-beta');
    expect(complaints).toEqual([]);
  });

  test('the web UI is updated while a deployment runs', async () => {
    const other = newProgram();
    await deploy(other, '1.0.0');
    const live = await serve({ program: other });
    const { page } = await open(browser, live.url);
    const id = await other.quiet(['start', '--deployment', 'shop', '--version', '3.0.0']);
    await page.waitForFunction(() =>
      document.querySelector('[data-question=in-service]')?.textContent?.includes('3.0.0 is being deployed'),
    );
    await other.quiet(['finish', '--id', id]);
    await page.waitForFunction(
      () => document.querySelector('[data-question=in-service] .big')?.textContent === '3.0.0',
    );
    await live.stop();
    expect(live.log().at(-1)?.message).toBe('stopped');
  });

  test.each(['light', 'dark'] as const)(
    'the web UI has no serious accessibility problem in %s mode',
    async (scheme) => {
      const [failed] = program.rows(
        "SELECT deployment_id AS id FROM deployment_metrics WHERE version = '2.0.0-beta'",
      );
      const base = await served();
      for (const path of ['/', `/#/d/${failed?.id}`]) {
        const { page } = await open(browser, `${base}${path}`, { scheme });
        // Bypasses the content security policy, as an accessibility checker may.
        const session = await page.createCDPSession();
        await session.send('Runtime.evaluate', { expression: axe });
        const found = (await page.evaluate('axe.run()')) as {
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        };
        const serious = found.violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
        expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      }
    },
  );

  test('the web UI fits a phone and can be used by keyboard', async () => {
    const { page } = await open(browser, await served(), { width: 360, height: 740 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    const reached: string[] = [];
    for (let step = 0; step < 40 && !reached.includes('#/d/'); step += 1) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(() => (document.activeElement?.getAttribute('href') ?? '').slice(0, 4)),
      );
    }
    expect(reached).toContain('#/d/');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('dl') !== null);
  });

  test('the web UI is one file under 300 kB with a policy that blocks everything else', async () => {
    const response = await fetch(await served());
    const policy = response.headers.get('content-security-policy') ?? '';
    expect((await response.text()).length).toBeLessThan(300_000);
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; connect-src 'self'/,
    );
    expect(policy).not.toContain('unsafe');
  });
});

describe('What failed, in the web UI', { timeout: 60_000 }, () => {
  test('the heading and the reason are of one step, also in the card of the last failure', async () => {
    const made = newProgram();
    const id = await made.quiet(['start', '--deployment', 'shop', '--version', '1.0.1']);
    const record = ['phase', 'record', 'migration', '--duration', '1s', '--status', 'failed'];
    await made.quiet([...record, '--id', id, '--error', 'column is missing']);
    await made.run(['phase', 'run', 'seed', '--id', id, '--', 'false']);
    await made.quiet(['finish', '--id', id]);
    const { url: address } = await serve({ program: made });
    const { page } = await open(browser, `${address}/#/d/${id}`);
    expect(await page.$eval('main', (main) => (main as HTMLElement).innerText)).toMatch(
      /Failed: phase migration\s+column is missing/,
    );
    const overview = (await (await fetch(`${address}/api/overview`)).json()) as SiteOverview;
    expect(overview.last_failed?.failure).toMatchObject({
      what: 'phase migration',
      why: 'column is missing',
    });
  });

  test('a deployment that succeeded after a failed try has no heading of a failure', async () => {
    const made = newProgram();
    const id = await made.quiet(['start', '--deployment', 'shop', '--version', '1.0.0']);
    await made.run(['phase', 'run', 'warm_up', '--id', id, '--', 'false']);
    await made.quiet(['phase', 'run', 'warm_up', '--id', id, '--', 'true']);
    await made.quiet(['finish', '--id', id]);
    const { page } = await open(browser, `${(await serve({ program: made })).url}/#/d/${id}`);
    const headings = await page.$$eval('main h2', (all) => all.map((one) => one.textContent ?? ''));
    expect(headings.filter((one) => /fail/i.test(one))).toEqual([]);
  });
});
