import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { open, startBrowser } from '../support/browser.ts';
import { manyDeployments } from '../support/manyDeployments.ts';
import { newProgram, type Program } from '../support/program.ts';
import { serve } from '../support/serve.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
}, 60_000);
afterAll(() => browser.close());

/** Three deployments of shop, and the web UI showing them. */
async function watched(size?: { width: number; height: number }): Promise<{ program: Program; page: Page }> {
  const program = newProgram();
  for (const version of ['1.0.0', '1.1.0', '1.2.0'])
    await program.quiet(['run', '--deployment', 'shop', '--version', version, '--', 'true']);
  const { url } = await serve({ program });
  const { page } = await open(browser, url, size);
  return { program, page };
}

/** Starts another deployment and waits until the list has it. */
async function deployElsewhere({ program, page }: { program: Program; page: Page }): Promise<void> {
  await program.quiet(['start', '--deployment', 'other', '--version', '9.0.0']);
  await page.waitForFunction(() => document.querySelector('tbody td:nth-child(2)')?.textContent === '9.0.0');
}

function tick(page: Page, version: string): Promise<void> {
  return page.click(`input[aria-label^="select ${version} "]`);
}

function ticked(page: Page): Promise<(string | null)[]> {
  return page.$$eval('tbody tr:has(input:checked) td:nth-child(2)', (cells) =>
    cells.map((cell) => cell.textContent),
  );
}

function versions(page: Page): Promise<(string | null)[]> {
  return page.$$eval('tbody td:nth-child(2)', (cells) => cells.map((cell) => cell.textContent));
}

describe('Deployment that starts while the web UI is open', { timeout: 60_000 }, () => {
  test('a new deployment appears in the list without clearing ticks or a half-typed version', async () => {
    const { program, page } = await watched();
    await tick(page, '1.2.0');
    await tick(page, '1.0.0');
    await page.type('[data-filter=version]', '1.1');
    await page.keyboard.press('ArrowLeft');

    await deployElsewhere({ program, page });
    expect(await versions(page)).toEqual(['9.0.0', '1.2.0', '1.1.0', '1.0.0']);
    expect(await ticked(page)).toEqual(['1.2.0', '1.0.0']);
    // Typing continues at the caret.
    await page.keyboard.type('.0');
    expect(await page.$eval('[data-filter=version]', (field) => (field as HTMLInputElement).value)).toBe(
      '1..01',
    );
    expect(await page.$eval('main button', (button) => button.disabled)).toBe(false);
  });

  test('a new deployment leaves the focus on its link and the scroll position of the table', async () => {
    const { program, page } = await watched({ width: 360, height: 740 });
    await page.evaluate(() => {
      const link = document.querySelectorAll<HTMLElement>('tbody a')[1];
      link?.focus();
      link?.setAttribute('data-mine', '');
      document.querySelector('.scroll')?.scrollTo(40, 0);
    });
    await deployElsewhere({ program, page });
    const found = await page.evaluate(() => ({
      focused: document.activeElement?.textContent,
      isTheSame: document.activeElement?.hasAttribute('data-mine'),
      scrolled: document.querySelector('.scroll')?.scrollLeft,
    }));
    expect(found).toEqual({ focused: '1.1.0', isTheSame: true, scrolled: 40 });
  });

  test('a new deployment does not move rows that the user has scrolled to', async () => {
    const program = await manyDeployments(100);
    const { url } = await serve({ program });
    const { page } = await open(browser, url);
    await page.evaluate(() => document.querySelectorAll('tbody tr')[30]?.setAttribute('data-mine', ''));
    await page.$eval('[data-mine]', (row) => row.scrollIntoView({ block: 'center' }));
    const top = () => page.$eval('[data-mine]', (row) => Math.round(row.getBoundingClientRect().top));
    const before = await top();
    await deployElsewhere({ program, page });
    expect(await top()).toBe(before);
  });

  test('a new deployment does not clear a half-typed date', async () => {
    const { program, page } = await watched();
    await page.focus('[data-filter=since]');
    await page.keyboard.type('05');
    await deployElsewhere({ program, page });
    await page.keyboard.type('062026');
    expect(await page.$eval('[data-filter=since]', (field) => (field as HTMLInputElement).value)).toMatch(
      /^2026-0[56]-0[56]$/,
    );
  });
});

describe('State of the list', { timeout: 60_000 }, () => {
  test('filters and ticks are restored after another view, and a comparison shows the older deployment first', async () => {
    const { page } = await watched();
    await page.select('[data-filter=environment]', 'production');
    await tick(page, '1.0.0');
    await tick(page, '1.2.0');
    await page.click('main button');
    await page.waitForFunction(
      () => document.querySelector('h2')?.textContent === '1.0.0 compared with 1.2.0',
    );
    await page.waitForFunction(() => document.activeElement?.id === 'main'); // after the heading
    await page.click('a[href="#/"]');
    await page.waitForSelector('tbody input');
    expect(await ticked(page)).toEqual(['1.2.0', '1.0.0']);
    expect(await page.$eval('[data-filter=environment]', (one) => (one as HTMLSelectElement).value)).toBe(
      'production',
    );
  });

  test('only visible ticks count for a comparison', async () => {
    const { page } = await watched();
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await tick(page, version);
    const isDisabled = () => page.$eval('main button', (button) => button.disabled);
    expect(await isDisabled()).toBe(true);
    await page.type('[data-filter=version]', '1.1.0\n');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1);
    expect([await ticked(page), await isDisabled()]).toEqual([['1.1.0'], true]);
    await page.click('[data-filter=version]', { count: 3 });
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 3);
    await tick(page, '1.1.0');
    expect([await ticked(page), await isDisabled()]).toEqual([['1.2.0', '1.0.0'], false]);
  });
});

test('the link to skip the header leads to the current view', {
  timeout: 60_000,
}, async () => {
  const { program, page } = await watched();
  await page.click('tbody a');
  await page.waitForSelector('dl');
  await page.focus('.skip');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash === '#main' && document.activeElement?.id === 'main');
  const asked = page.waitForRequest((request) => request.url().includes('/api/'));
  await program.quiet(['start', '--deployment', 'other', '--version', '9.0.0']);
  const [newest] = program.rows("SELECT deployment_id AS id FROM deployment_metrics WHERE version = '1.2.0'");
  expect((await asked).url()).toContain(`/api/deployments/${newest?.id}`);
});

test('the web UI reports a response that it cannot show, and shows the next one', {
  timeout: 60_000,
}, async () => {
  const program = newProgram();
  await program.quiet(['run', '--deployment', 'shop', '--version', '1.0.0', '--', 'true']);
  const { url } = await serve({ program });
  const page = await browser.newPage();
  let isStrange = true;
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (isStrange && request.url().endsWith('/api/overview')) void request.respond({ body: '{"site":{}}' });
    else void request.continue();
  });
  await page.goto(url);
  await page.waitForFunction(() =>
    document.querySelector('#said')?.textContent?.startsWith('Cannot show this page: '),
  );
  isStrange = false;
  await program.quiet(['start', '--deployment', 'shop', '--version', '2.0.0']);
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 2);
  expect(await page.$eval('#said', (said) => said.textContent)).toBe('');
});
