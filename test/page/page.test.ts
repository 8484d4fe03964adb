import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Overview } from '../../src/server/api.ts';
import { open, startBrowser } from '../support/browser.ts';
import { newProgram, type Program } from '../support/program.ts';
import { serve } from '../support/serve.ts';
import { seen, untilVersions, versions } from './firstScreen.ts';
import { places, shownFrom } from './shownFrom.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const hostile = '<img src=x onerror="document.title=1">"\'&</script><script>document.title=2</script>';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
}, 180_000);
afterAll(() => browser.close());

/**
 * Two successful deployments, one that failed in a phase and was rolled back, and one that became healthy in
 * the end.
 */
async function history(made: Program): Promise<Program> {
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

/** Each question by the name of its card, and the command that gives the same result. */
const questions = {
  'success-rate': ['stats'],
  'longest-phase': ['stats'],
  'last-health': ['show'],
  'last-failure': ['show', '--status', 'failed'],
  'rolled-back': ['show', '--status', 'failed'],
} as const;

describe.each(places)('Web UI on a %s', { timeout: 60_000 }, (place) => {
  const shown = shownFrom(place);
  let program: Program;
  beforeAll(async () => {
    program = await history(shown.newProgram());
  }, 240_000);

  async function served(): Promise<string> {
    return (await shown.serve(program)).url;
  }

  test('the first screen shows the five main results, as the commands and the ledger give them, without errors', async () => {
    const { page, complaints } = await open(browser, await served());
    const said = async (question: keyof typeof questions) => program.quiet(questions[question]);
    const [counts] = program.rows(
      "SELECT sum(deployment_status <> 'failed') AS good, count(*) AS total FROM deployment_metrics",
    );
    expect(await seen(page, 'success-rate')).toContain(
      `${((100 * Number(counts?.good)) / Number(counts?.total)).toFixed(1)}%`,
    );
    expect(await said('success-rate')).toMatch(
      new RegExp(`^success rate +${(100 * Number(counts?.good)) / Number(counts?.total)}\\.0%$`, 'm'),
    );
    const [phase] = program.rows(
      "SELECT stage, avg(duration_seconds) AS mean FROM deployment_stages s JOIN deployment_metrics d USING (deployment_id) WHERE d.deployment_status <> 'failed' GROUP BY stage ORDER BY 2 DESC LIMIT 1",
    );
    const longest = await seen(page, 'longest-phase');
    const mean = `${Math.round(Number(phase?.mean) * 1000)}ms`;
    expect(longest).toContain(mean);
    expect(longest).toContain(String(phase?.stage));
    expect(await said('longest-phase')).toMatch(new RegExp(`^PHASE.*\\n${phase?.stage} .* ${mean} `, 'm'));
    expect(await said('last-health')).toMatch(
      /^✓ shop production {2}1\.1\.0 → 1\.2\.0 {3}success in [\s\S]*\nhealth +queue true\n +healthy,/,
    );
    expect(await seen(page, 'last-health')).toBe('✓ healthy');
    const failure = await seen(page, 'last-failure');
    expect(failure).toContain('phase migration');
    expect(failure).toContain(hostile);
    const shown = await said('last-failure');
    expect(shown).toMatch(/\n✗ migration /);
    expect(shown).toContain(`\nerror      ${hostile.slice(0, 40)}`);
    expect(await said('rolled-back')).toMatch(/^status +✗ failed, rolled back to 1\.1\.0$/m);
    expect(await seen(page, 'rolled-back')).toBe('↩ rolled back to 1.1.0');
    expect(await seen(page, 'in-service')).toMatch(/1\.2\.0[\s\S]*replaced 1\.1\.0[\s\S]*go back to 1\.1\.0/);
    expect(complaints).toEqual([]);
    expect(await page.title()).toBe('Deployments – deploytrack');
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

  test('the list shows all deployments of the ledger, and its chips filter it', async () => {
    const { page } = await open(browser, await served());
    expect(await versions(page)).toEqual(['1.2.0', '2.0.0-beta', '1.1.0', '1.0.0']);
    const statuses = await page.$$eval('tr[data-id] .sign', (signs) =>
      signs.map((sign) => `${sign.textContent} ${sign.getAttribute('aria-label')}`),
    );
    expect(statuses).toEqual(['✓ success', '✗ failed', '✓ success', '✓ success']);
    expect(await page.$eval('tr.error', (line) => (line as HTMLElement).innerText)).toMatch(
      /^\s*↩ rolled back to 1\.1\.0 +<img/,
    );
    expect(await page.$$eval('.state-chip', (chips) => chips.map((chip) => chip.textContent))).toEqual([
      'all 4',
      '✗ failed 1',
      '! warning 0',
      '↩ rolled back 1',
      '▶ running 0',
    ]);
    await page.click('th a[title="Sort by took"]');
    const byDuration = program.rows('SELECT version FROM deployment_metrics ORDER BY total_duration DESC');
    await untilVersions(
      page,
      byDuration.map(({ version }) => String(version)),
    );
    await page.click('[data-state=rolled-back]');
    await untilVersions(page, ['2.0.0-beta']);
  });

  test('the web UI shows one deployment in full, and two next to each other', async () => {
    const [failed] = program.rows(
      "SELECT deployment_id AS id FROM deployment_metrics WHERE version = '2.0.0-beta'",
    );
    const { page, complaints } = await open(browser, `${await served()}/#/d/${failed?.id}`);
    const text = await page.$eval('main', (main) => (main as HTMLElement).innerText);
    const parts = [
      'Failed: phase migration',
      hostile,
      'failed, rolled back to 1.1.0',
      '2.0.0-beta',
      'Service',
    ];
    for (const part of parts) expect(text).toContain(part);
    expect(await page.title()).toBe('✗ 2.0.0-beta shop production – deploytrack');
    const phases = program.rows(
      'SELECT stage FROM deployment_stages WHERE deployment_id = ? ORDER BY id',
      failed?.id,
    );
    expect(await page.$$eval('[data-phase] th', (all) => all.map((cell) => cell.textContent))).toEqual([
      ...phases.map(({ stage }) => `✗ ${stage}`),
      '↩ rollback',
    ]);
    await page.click('a[href^="#/c/"]');
    await page.waitForSelector('[data-time=total]');
    expect(await page.$eval('h1', (one) => one.textContent)).toBe('1.1.0 compared with 2.0.0-beta');
    expect(complaints).toEqual([]);
  });

  test('a deployment is shown while it runs, and as the version in service when it has succeeded', async () => {
    const other = shown.newProgram();
    await deploy(other, '1.0.0');
    const live = await shown.serve(other);
    const { page } = await open(browser, live.url);
    const id = await other.quiet(['start', '--deployment', 'shop', '--version', '3.0.0']);
    await page.waitForFunction(() =>
      /Being deployed now: shop on production[\s\S]*3\.0\.0/.test(
        document.querySelector('[data-question=running]')?.textContent ?? '',
      ),
    );
    await other.quiet(['phase', 'start', 'warm_up', '--id', id]);
    await page.waitForFunction(
      () => document.querySelector('.piece.running small')?.textContent === 'warm_up',
    );
    const health = () => page.$eval('[data-question=last-health]', (one) => one.textContent);
    expect(await health()).toBe('✓ healthy');
    await other.run(['health', '--id', id, '--check-type', 'queue', '--timeout', '1ms', '--', 'false']);
    await page.waitForFunction(
      () => document.querySelector('[data-question=last-health]')?.textContent === '✗ unhealthy',
    );
    await other.quiet(['health', '--id', id, '--check-type', 'queue', '--', 'true']);
    await other.quiet(['phase', 'end', 'warm_up', '--id', id]);
    await other.quiet(['finish', '--id', id]);
    await page.waitForFunction(
      () => document.querySelector('[data-question=in-service] .big a')?.textContent === '3.0.0',
    );
    await page.waitForFunction(() => document.querySelector('[data-question=running]') === null);
    await live.stop();
    expect(live.log().at(-1)?.message).toBe('stopped');
  });

  test.each(['light', 'dark'] as const)(
    'the web UI has no accessibility problem in %s mode',
    async (scheme) => {
      const [failed] = program.rows(
        "SELECT deployment_id AS id FROM deployment_metrics WHERE version = '2.0.0-beta'",
      );
      const base = await served();
      for (const path of [
        '/',
        `/#/d/${failed?.id}`,
        `/#/c/${failed?.id}/${failed?.id}`,
        '/#/t',
        '/#/?search=nothing',
      ]) {
        const { page } = await open(browser, `${base}${path}`, { scheme });
        // Bypasses the content security policy, as an accessibility checker may.
        const session = await page.createCDPSession();
        await session.send('Runtime.evaluate', { expression: axe });
        const found = (await page.evaluate('axe.run()')) as {
          violations: { id: string; nodes: { html: string }[] }[];
        };
        expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      }
    },
  );

  test('the web UI fits a phone and can be used by keyboard', async () => {
    const { page } = await open(browser, await served(), { width: 390, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    expect(await page.$eval('.zone', (one) => (one as HTMLElement).innerText)).toMatch(/^times: UTC/);
    const reached: string[] = [];
    for (let step = 0; step < 40 && !reached.includes('#/d/'); step += 1) {
      await page.keyboard.press('Tab');
      reached.push(
        await page.evaluate(() => (document.activeElement?.getAttribute('href') ?? '').slice(0, 4)),
      );
    }
    expect(reached).toContain('#/d/');
    expect(await smallTargets(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.facts-grid');
    const isCut = (all: Element[]) => all.filter((one) => one.scrollWidth > one.clientWidth).length;
    expect([await page.$$eval('.scroll', isCut), (await page.$$('.scroll')).length > 0]).toEqual([0, true]);
    expect(await smallTargets(page)).toEqual([]);
  });

  test('at 1024 px the header is one row, and a phase has one line', async () => {
    const { page } = await open(browser, await served(), { width: 1024, height: 800 });
    const heights = (selector: string) =>
      page.$$eval(selector, (all) => all.map((one) => one.getBoundingClientRect().height));
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    expect(Math.max(...(await heights('.bar')))).toBeLessThan(60);
    await page.click('tr[data-status=failed] td.version a');
    await page.waitForSelector('[data-phase]');
    expect(Math.max(...(await heights('[data-phase] th')))).toBeLessThan(40);
  });

  test('the web UI is one file under 60 kB compressed, with a policy that blocks everything else', async () => {
    const response = await fetch(await served());
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(gzipSync(await response.text()).length).toBeLessThan(60_000);
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^' ]+'; style-src 'sha256-[^' ]+'; connect-src 'self'/,
    );
    expect(policy).not.toContain('unsafe');
  });
});

describe('What failed, in the web UI', { timeout: 60_000 }, () => {
  test('the heading and the reason are of one step, also in the card of the last failure, and long names fit', async () => {
    const made = newProgram();
    const id = await made.quiet(['start', '--deployment', 'shop', '--version', '1.0.1']);
    const record = ['phase', 'record', 'migration', '--duration', '1s', '--status', 'failed'];
    await made.quiet([...record, '--id', id, '--error', 'column is missing']);
    await made.run(['phase', 'run', 'seed', '--id', id, '--', 'false']);
    for (const pool of ['1', '2', '3'])
      await made.quiet([
        'phase',
        'record',
        `restart_worker_pool_number_${pool}_of_the_cluster`,
        '--duration',
        '1s',
        '--id',
        id,
      ]);
    await made.quiet(['finish', '--id', id]);
    const { url: address } = await serve({ program: made });
    const { page } = await open(browser, `${address}/#/d/${id}`);
    expect(await page.$eval('main', (main) => (main as HTMLElement).innerText)).toMatch(
      /Failed: phase migration\s+column is missing/,
    );
    await page.goto(`${address}/#/`);
    await page.waitForSelector('tr[data-id]');
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    const overview = (await (await fetch(`${address}/api/overview`)).json()) as Overview;
    expect(overview.last_failure?.failure).toMatchObject({
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

/** What can be touched but is less than 44 px high: without links within a sentence, and bars, whose rows are touched. */
function smallTargets(page: Page): Promise<(readonly [string, number])[]> {
  return page.$$eval('a[href], button, select, input, summary', (all) =>
    all
      .filter((one) => one.closest('.facts, .columns, .skip') === null)
      .map((one) => {
        const touched = one.matches('[data-open]') ? (one.closest('tr') ?? one) : one;
        return [one.textContent || one.className, touched.getBoundingClientRect().height] as const;
      })
      .filter(([, height]) => height > 0 && height < 44),
  );
}
