import type { Page } from 'puppeteer-core';

/** The text of a part of the first screen, only if all of it is on the screen. */
export function seen(page: Page, question: string): Promise<string> {
  return page.evaluate((name) => {
    const found = document.querySelector(`[data-question="${name}"]`);
    const box = found?.getBoundingClientRect();
    const isSeen = box !== undefined && box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
    return isSeen ? (found as HTMLElement).innerText : `not on the screen: ${name}`;
  }, question);
}

/** The versions of the list, in its order. */
export function versions(page: Page): Promise<(string | null)[]> {
  return page.$$eval('tr[data-id] td.version a', (links) => links.map((link) => link.textContent));
}

/** Waits until the list has exactly these versions. */
export async function untilVersions(page: Page, expected: readonly string[]): Promise<void> {
  await page.waitForFunction(
    (wanted) =>
      JSON.stringify(
        [...document.querySelectorAll('tr[data-id] td.version a')].map((link) => link.textContent),
      ) === wanted,
    {},
    JSON.stringify(expected),
  );
}

/** Once the page hears of changes it asks a second time for what it read before. */
export async function untilCaughtUp(page: Page, path: string): Promise<void> {
  await page.waitForFunction(
    (asked) => performance.getEntriesByType('resource').filter(({ name }) => name.includes(asked)).length > 1,
    {},
    path,
  );
}
