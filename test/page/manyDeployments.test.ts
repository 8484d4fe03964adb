import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { manyDeployments } from '../support/manyDeployments.ts';
import { serve } from '../support/serve.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
}, 60_000);
afterAll(() => browser.close());

/** Milliseconds from opening the URL to a visible table. */
async function openedMs(url: string): Promise<number> {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  const began = performance.now();
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.waitForSelector('main[data-ready] tbody tr');
  const ms = performance.now() - began;
  await page.close();
  return ms;
}

test('a ledger of 100,000 deployments opens as fast as one of 100', { timeout: 180_000 }, async () => {
  const [few, many] = [
    await serve({ program: await manyDeployments(100) }),
    await serve({ program: await manyDeployments(100_000) }),
  ];
  expect(many.program.rows('SELECT count(*) AS n FROM deployment_metrics')).toEqual([{ n: 100_000 }]);
  const times: { few: number[]; many: number[] } = { few: [], many: [] };
  // Alternating, so that a busy machine affects both; the first of each is warm-up.
  for (let round = 0; round < 12; round += 1) {
    times.few.push(await openedMs(few.url));
    times.many.push(await openedMs(many.url));
  }
  const [ofFew, ofMany] = [times.few, times.many].map((all) => median(all.slice(1)));
  expect((ofMany as number) / (ofFew as number), JSON.stringify(times)).toBeLessThanOrEqual(1.5);
});

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] as number;
}
