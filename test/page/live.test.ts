import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { open, startBrowser } from '../support/browser.ts';
import { copyDeployments, manyDeployments } from '../support/manyDeployments.ts';
import { newProgram, type Program } from '../support/program.ts';
import { serve } from '../support/serve.ts';
import { untilCaughtUp, untilVersions, versions } from './firstScreen.ts';
import { places, type Shown, shownFrom } from './shownFrom.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
}, 180_000);
afterAll(() => browser.close());

const ofLedger: Shown = { newProgram, serve: (program) => serve({ program }) };

/** Three deployments of shop, and the web UI showing them. */
async function watched(
  size?: { width: number; height: number },
  shown: Shown = ofLedger,
): Promise<{ program: Program; page: Page }> {
  const program = shown.newProgram();
  for (const version of ['1.0.0', '1.1.0', '1.2.0'])
    await program.quiet(['run', '--deployment', 'shop', '--version', version, '--', 'true']);
  const { url } = await shown.serve(program);
  const { page } = await open(browser, url, size);
  return { program, page };
}

/** Starts another deployment and waits until the list has it. */
async function deployElsewhere({ program, page }: { program: Program; page: Page }): Promise<void> {
  await program.quiet(['start', '--deployment', 'other', '--version', '9.0.0']);
  await page.waitForFunction(() => document.querySelector('td.version a')?.textContent === '9.0.0');
}

function tick(page: Page, version: string): Promise<void> {
  return page.click(`input[aria-label^="select ${version} "]`);
}

function ticked(page: Page): Promise<(string | null)[]> {
  return page.$$eval('tr[data-id]:has(input:checked) td.version a', (cells) =>
    cells.map((cell) => cell.textContent),
  );
}

/** The words in the field of the search. */
function searched(page: Page): Promise<string> {
  return page.$eval('[data-search]', (field) => (field as HTMLInputElement).value);
}

function isCompareOff(page: Page): Promise<boolean> {
  return page.$eval('[data-compare]', (button) => (button as HTMLButtonElement).disabled);
}

describe.each(places)(
  'Deployment on a %s that starts while the web UI is open',
  { timeout: 60_000 },
  (place) => {
    const shown = shownFrom(place);

    test('a new deployment appears in the list without clearing ticks or a half-typed search', async () => {
      const { program, page } = await watched(undefined, shown);
      await tick(page, '1.2.0');
      await tick(page, '1.0.0');
      // Too short to have been searched for when the change comes: each letter starts the pause again.
      await page.focus('[data-search]');
      await deployElsewhere({ program, page });
      expect(await versions(page)).toEqual(['9.0.0', '1.2.0', '1.1.0', '1.0.0']);
      expect(await ticked(page)).toEqual(['1.2.0', '1.0.0']);
      expect(await isCompareOff(page)).toBe(false);
      await page.keyboard.type('1.1');
      await untilVersions(page, ['1.1.0']);
      await page.keyboard.press('ArrowLeft');
      await program.quiet(['start', '--deployment', 'third', '--version', '9.1.1.0']);
      await untilVersions(page, ['9.1.1.0', '1.1.0']);
      // Typing continues at the caret.
      await page.keyboard.type('x');
      expect(await searched(page)).toBe('1.x1');
    });

    test('a new deployment leaves the focus on its link and the scroll position of the page', async () => {
      const { program, page } = await watched({ width: 390, height: 500 }, shown);
      await page.evaluate(() => {
        const link = document.querySelectorAll<HTMLElement>('td.version a')[1];
        link?.focus();
        link?.setAttribute('data-mine', '');
      });
      await deployElsewhere({ program, page });
      const found = await page.evaluate(() => ({
        focused: document.activeElement?.textContent,
        isTheSame: document.activeElement?.hasAttribute('data-mine'),
      }));
      expect(found).toEqual({ focused: '1.1.0', isTheSame: true });
    });

    test('only what changed is asked for again: a mark of a running deployment is one request for it', async () => {
      const { program, page } = await watched(undefined, shown);
      await untilCaughtUp(page, '/api/overview');
      const id = await program.quiet(['start', '--deployment', 'shop', '--version', '2.0.0']);
      await untilVersions(page, ['2.0.0', '1.2.0', '1.1.0', '1.0.0']);
      const asked: string[] = [];
      page.on('request', (request) =>
        asked.push(new URL(request.url()).pathname + new URL(request.url()).search),
      );
      await program.quiet(['phase', 'start', 'build', '--id', id]);
      await page.waitForFunction(
        () => document.querySelector('.piece.running small')?.textContent === 'build',
      );
      expect(asked).toEqual([`/api/deployments?period=30d&ids=${id}`]);
    });

    test('a deployment that begins after the first read, before the page hears of changes, is shown', async () => {
      const { program, page } = await watched(undefined, shown);
      const held: (() => void)[] = [];
      await page.setRequestInterception(true);
      page.on('request', (request) => {
        const go = () => void request.continue().catch(() => {});
        if (request.url().endsWith('/api/events')) held.push(go);
        else go();
      });
      await page.reload();
      await untilVersions(page, ['1.2.0', '1.1.0', '1.0.0']);
      await program.quiet(['start', '--deployment', 'other', '--version', '9.0.0']);
      expect(held).toHaveLength(1);
      for (const go of held) go();
      await untilVersions(page, ['9.0.0', '1.2.0', '1.1.0', '1.0.0']);
    });
  },
);

describe('Many deployments while the web UI is open', { timeout: 60_000 }, () => {
  test('a new deployment does not move rows that the user has scrolled to', async () => {
    const program = await manyDeployments(100);
    const { url } = await serve({ program });
    const { page } = await open(browser, url);
    await page.evaluate(() => document.querySelectorAll('tr[data-id]')[30]?.setAttribute('data-mine', ''));
    await page.$eval('[data-mine]', (row) => row.scrollIntoView({ block: 'center' }));
    const top = () => page.$eval('[data-mine]', (row) => Math.round(row.getBoundingClientRect().top));
    const before = await top();
    await deployElsewhere({ program, page });
    expect(await top()).toBe(before);
  });

  test('more deployments at once than an address can name are loaded as well', async () => {
    const { program, page } = await watched();
    copyDeployments(program, 60);
    await page.waitForFunction(() => document.querySelector('[data-range]')?.textContent === '1–50 of 180');
    expect(await page.$('.problem')).toBeNull();
  });
});

describe('Connection to the server', { timeout: 60_000 }, () => {
  test('a change while a deployment is being loaded does not leave the list in its place', async () => {
    const { program, page } = await watched();
    let isHeld = true;
    const held: (() => void)[] = [];
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const go = () => void request.continue().catch(() => {});
      if (isHeld && /\/api\/deployments\/[^?]+$/.test(request.url())) held.push(go);
      else go();
    });
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.hash.startsWith('#/d/'));
    const changed = page.waitForRequest((request) => request.url().includes('/api/deployments'));
    await program.quiet(['start', '--deployment', 'other', '--version', '9.0.0']);
    await changed;
    isHeld = false;
    for (const go of held) go();
    await page.waitForSelector('.facts-grid');
    expect(await page.$('tr[data-id]')).toBeNull();
    // The newest of its site gets a next one.
    await program.quiet(['start', '--deployment', 'shop', '--version', '1.3.0']);
    await page.waitForSelector('a[href][aria-label="Next deployment"]');
  });

  test('a server that has ended, or is silent, is reported with the time, and the page goes on when it is back', async () => {
    const program = newProgram();
    await program.quiet(['run', '--deployment', 'shop', '--version', '1.0.0', '--', 'true']);
    const first = await serve({ program });
    const { page } = await open(browser, first.url);
    const live = () => page.$eval('.live', (one) => one.textContent);
    await page.waitForFunction(() => document.querySelector('.live')?.textContent === '● live');
    await first.stop();
    await page.waitForFunction(() => document.querySelector('.live')?.textContent?.startsWith('○'));
    expect(await live()).toMatch(/^○ not connected since \d\d:\d\d, trying again$/);
    await program.quiet(['run', '--deployment', 'shop', '--version', '1.1.0', '--', 'true']);
    const second = await serve({ program, args: ['--listen', `127.0.0.1:${first.port}`] });
    await untilVersions(page, ['1.1.0', '1.0.0']);
    await page.waitForFunction(() => document.querySelector('.live')?.textContent === '● live');
    // The next wait for a sign of the server ends when the test wants it to.
    await page.evaluate(() => {
      const wait = setTimeout;
      const held = (act: () => void, ms?: number) =>
        (ms ?? 0) < 40_000 ? wait(act, ms) : Number(Object.assign(window, { silence: act }) && 0);
      Object.assign(window, { setTimeout: held });
    });
    await program.quiet(['start', '--deployment', 'shop', '--version', '1.2.0']);
    await untilVersions(page, ['1.2.0', '1.1.0', '1.0.0']);
    process.kill(second.pid, 'SIGSTOP');
    await page.evaluate('silence()');
    await page.waitForFunction(() => document.querySelector('.live')?.textContent?.startsWith('○'));
    process.kill(second.pid, 'SIGCONT');
    await page.waitForFunction(() => document.querySelector('.live')?.textContent === '● live');
  });

  test('a tab that is not seen keeps no connection, of which a browser has six, and follows when it is seen', async () => {
    const { program, page } = await watched();
    const see = (isSeen: boolean) =>
      page.evaluate((seen) => {
        Object.defineProperty(document, 'hidden', { value: !seen, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, isSeen);
    await page.evaluate(() => {
      const streams: EventSource[] = [];
      class Known extends EventSource {
        constructor(address: string) {
          super(address);
          streams.push(this);
        }
      }
      Object.assign(window, { streams, EventSource: Known });
    });
    const states = () => page.evaluate('streams.map(({ readyState }) => readyState)');
    await see(true);
    await page.waitForFunction('streams[0]?.readyState === EventSource.OPEN');
    await see(false);
    expect(await states()).toEqual([2]);
    await program.quiet(['run', '--deployment', 'shop', '--version', '1.3.0', '--', 'true']);
    await see(true);
    await untilVersions(page, ['1.3.0', '1.2.0', '1.1.0', '1.0.0']);
  });
});

describe('Address of the page', { timeout: 60_000 }, () => {
  test('filters, search and selection are in the address, and Back undoes them, also in the field', async () => {
    const { page } = await watched();
    await page.evaluate(() => {
      for (const [name, value] of [
        ['deployment', 'shop'],
        ['environment', 'production'],
      ]) {
        const field = document.querySelector<HTMLSelectElement>(`[data-scope=${name}]`);
        if (field !== null) field.value = value ?? '';
        field?.dispatchEvent(new Event('change', { bubbles: true }));
      }
    });
    await page.type('[data-search]', '1.2');
    await untilVersions(page, ['1.2.0']);
    expect(await page.evaluate(() => location.hash)).toBe(
      '#/?deployment=shop&environment=production&search=1.2',
    );
    expect(await page.title()).toBe('shop production “1.2” – deploytrack');
    await page.goBack();
    await untilVersions(page, ['1.2.0', '1.1.0', '1.0.0']);
    expect(await searched(page)).toBe('');
    await tick(page, '1.1.0');
    const address = await page.evaluate(() => location.href);
    const { page: other } = await open(browser, address);
    expect(await ticked(other)).toEqual(['1.1.0']);
    expect(await other.$eval('[data-scope=environment]', (one) => (one as HTMLSelectElement).value)).toBe(
      'production',
    );
    await other.evaluate(() => {
      location.hash = '#/t?search=1.1';
    });
    await other.waitForFunction(
      () => document.querySelectorAll('[data-trend="time to deploy"] .dot').length === 1,
    );
  });

  test('a comparison shows the older deployment first, and its first link leads to the same list', async () => {
    const { page } = await watched();
    await page.select('[data-scope=environment]', 'production');
    await page.waitForFunction(() => location.hash.includes('environment'));
    await tick(page, '1.0.0');
    await tick(page, '1.2.0');
    await page.click('[data-compare]');
    await page.waitForFunction(
      () => document.querySelector('h1')?.textContent === '1.0.0 compared with 1.2.0',
    );
    await page.waitForFunction(() => document.activeElement?.id === 'main'); // after the heading
    await page.click('[data-back]');
    await page.waitForSelector('tr[data-id]');
    expect(await ticked(page)).toEqual(['1.2.0', '1.0.0']);
  });

  test('only visible ticks count for a comparison, and quick ones are all kept', async () => {
    const { page } = await watched();
    await page.$$eval('td.tick input', (boxes) => {
      for (const box of boxes) (box as HTMLElement).click();
    });
    expect(await ticked(page)).toEqual(['1.2.0', '1.1.0', '1.0.0']);
    expect(await isCompareOff(page)).toBe(true);
    await page.type('[data-search]', '1.1.0');
    await untilVersions(page, ['1.1.0']);
    expect([await ticked(page), await isCompareOff(page)]).toEqual([['1.1.0'], true]);
  });

  test('pages go both ways, and the first one always begins with the newest', async () => {
    const program = await manyDeployments(120);
    const { url } = await serve({ program });
    const { page } = await open(browser, url);
    const range = () => page.$eval('[data-range]', (one) => one.textContent);
    const until = (text: string) =>
      page.waitForFunction(
        (wanted) => document.querySelector('[data-range]')?.textContent === wanted,
        {},
        text,
      );
    const [first] = [await versions(page)];
    expect(await range()).toBe('1–50 of 120');
    await page.click('[aria-label=Older]');
    await until('51–100 of 120');
    const second = await versions(page);
    expect(await page.$eval('a[download]', (link) => link.getAttribute('href'))).toBe(
      '/api/deployments.csv?period=30d',
    );
    await page.click('[aria-label=Older]');
    await until('101–120 of 120');
    expect(await page.$('a[href][aria-label=Older]')).toBeNull();
    expect(await page.evaluate(() => document.activeElement?.ariaLabel)).toBe('Older');
    await page.click('[aria-label=Newer]');
    await until('51–100 of 120');
    expect(await versions(page)).toEqual(second);
    await page.click('[aria-label=Newer]');
    await until('1–50 of 120');
    expect(await versions(page)).toEqual(first);
    expect(await page.$('a[href][aria-label=Newer]')).toBeNull();
  });
});

describe.each(places)('Keyboard on a %s', { timeout: 60_000 }, (place) => {
  const shown = shownFrom(place);

  test('keys alone search, open the first deployment, select two and compare them', async () => {
    const { page } = await watched(undefined, shown);
    await page.keyboard.press('/');
    await page.keyboard.type('1.1');
    await untilVersions(page, ['1.1.0']);
    await page.keyboard.press('Escape');
    expect(await searched(page)).toBe('1.1');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.facts-grid');
    await page.goBack();
    await page.waitForFunction(() => document.activeElement?.textContent === '1.1.0');
    await untilVersions(page, ['1.1.0']);
    await page.keyboard.press('/');
    // The words of before are selected.
    await page.keyboard.press('Backspace');
    await untilVersions(page, ['1.2.0', '1.1.0', '1.0.0']);
    await page.keyboard.press('Escape');
    for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key as 'j');
    await page.waitForFunction(() => document.querySelector('[data-compare]:enabled') !== null);
    await page.keyboard.type('?');
    await page.waitForSelector('dialog[open]');
    expect(await page.$eval('dialog', (one) => one.innerText)).toMatch(/^Keys\s+\/\s+search/);
    // Behind the dialog nothing happens.
    await page.keyboard.press('c');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelector('dialog[open]') === null);
    expect(await page.evaluate(() => location.hash)).toContain('pick=');
    await page.keyboard.press('c');
    await page.waitForFunction(
      () => document.querySelector('h1')?.textContent === '1.1.0 compared with 1.2.0',
    );
  });
});

test('the link to skip the header leads to the current view, whose address stays', {
  timeout: 60_000,
}, async () => {
  const { page } = await watched();
  await page.click('td.version a');
  await page.waitForSelector('.facts-grid');
  await page.focus('.skip');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'main');
  expect(await page.evaluate(() => location.hash)).toMatch(/^#\/d\//);
  expect(await page.$('.facts-grid')).not.toBeNull();
});

test('the web UI reports a response that it cannot show, nothing in place of an unknown deployment, and shows the next one', {
  timeout: 60_000,
}, async () => {
  const program = newProgram();
  await program.quiet(['run', '--deployment', 'shop', '--version', '1.0.0', '--', 'true']);
  const { url } = await serve({ program });
  const page = await browser.newPage();
  let isStrange = true;
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (isStrange && request.url().includes('/api/overview'))
      void request.respond({ body: '{"running":[]}' });
    else void request.continue();
  });
  await page.goto(url);
  await page.waitForFunction(() =>
    document.querySelector('.problem')?.textContent?.startsWith('Cannot show this page: '),
  );
  isStrange = false;
  await program.quiet(['start', '--deployment', 'shop', '--version', '2.0.0']);
  await page.waitForFunction(() => document.querySelectorAll('tr[data-id]').length === 2);
  expect(await page.$('.problem')).toBeNull();
  await page.evaluate(() => {
    location.hash = '#/d/unknown';
  });
  await page.waitForFunction(() =>
    document.querySelector('.problem')?.textContent?.includes('no such deployment'),
  );
  expect(await page.$('tr[data-id]')).toBeNull();
  expect(await page.title()).toBe('deploytrack');
  await page.click('.problem a');
  await page.waitForFunction(() => document.querySelectorAll('tr[data-id]').length === 2);
});
