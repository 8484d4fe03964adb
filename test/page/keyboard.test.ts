import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open, startBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { newProgram } from '../support/program.ts';
import { serve } from '../support/serve.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
}, 60_000);
afterAll(() => browser.close());

test('keys alone find the last failure and its reason, compare two deployments and copy a link, while marks are made all the time', {
  timeout: 120_000,
}, async () => {
  const program = newProgram();
  for (const version of ['1.0.0', '1.1.0'])
    await program.quiet(['run', '--deployment', 'shop', '--version', version, '--', 'true']);
  await program.run(['start', '--deployment', 'shop', '--version', '1.2.0', '--id', 'bad']);
  await program.run(['migrate', '--id', 'bad', '--', 'sh', '-c', 'echo "column is missing" >&2; exit 3']);
  await program.run(['finish', '--id', 'bad', '--error', 'column is missing']);
  await program.quiet(['start', '--deployment', 'shop', '--version', '1.3.0', '--id', 'running']);
  const { url } = await serve({ program });
  const { page } = await open(browser, url);
  await browser
    .defaultBrowserContext()
    .overridePermissions(url, ['clipboard-read', 'clipboard-sanitized-write']);
  let isOver = false;
  let marks = 0;
  const marking = (async () => {
    while (!isOver) {
      marks += 1;
      await program.quiet(['phase', 'run', `step_${marks}`, '--id', 'running', '--', 'true']);
    }
  })();
  const moreMarks = (least: number) =>
    eventually(() => (marks >= least ? true : undefined), { what: `${least} marks` });
  const keys = page.keyboard;
  try {
    await page.waitForSelector('tr[data-id]');
    // The failed one is the second of the list.
    await keys.press('j');
    await moreMarks(2);
    await keys.press('j');
    await keys.press('Enter');
    await page.waitForFunction(() => document.title.includes('1.2.0'));
    expect(await page.$eval('main', (main) => main.textContent)).toContain('column is missing');
    await keys.press('y');
    await page.waitForFunction(() => document.querySelector('#said')?.textContent?.includes('Link copied'));
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toBe(page.url());
    expect(link).toContain('bad');
    await page.goBack();
    await page.waitForSelector('tr[data-id]');
    // The focus is on the deployment that was open.
    for (const press of ['x', 'j', 'x']) await keys.press(press as 'x');
    await moreMarks(marks + 2);
    await page.waitForFunction(() => document.querySelector('[data-compare]:enabled') !== null);
    await keys.press('c');
    await page.waitForFunction(() => location.hash.includes('/c/'));
    await page.waitForFunction(() => document.querySelector('main')?.textContent?.includes('1.1.0'));
    expect(await page.$eval('main', (main) => main.textContent)).toContain('1.2.0');
  } finally {
    isOver = true;
    await marking;
  }
});
