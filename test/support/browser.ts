import puppeteer, { type Browser, type Page } from 'puppeteer-core';

/** A real Chromium without a window. */
export function startBrowser(...more: readonly string[]): Promise<Browser> {
  return puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--force-color-profile=srgb', ...more],
  });
}

/** A page that was opened, and all errors and warnings that it logged. */
export interface Opened {
  readonly page: Page;
  readonly complaints: string[];
}

/** Opens a URL and waits until the page has shown it. */
export async function open(
  browser: Browser,
  url: string,
  {
    width = 1280,
    height = 800,
    scheme = 'light',
  }: { width?: number; height?: number; scheme?: 'light' | 'dark' } = {},
): Promise<Opened> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => {
    const complaint = `${request.url()}: ${request.failure()?.errorText}`;
    // A page that is not seen any more ends its stream of events.
    if (!complaint.endsWith('/api/events: net::ERR_ABORTED')) complaints.push(complaint);
  });
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(url);
  await shown(page);
  return { page, complaints };
}

/** Waits until the requested content is shown. */
export async function shown(page: Page): Promise<void> {
  await page.waitForSelector('main[data-ready]');
}
