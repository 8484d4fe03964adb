import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { open, startBrowser } from '../support/browser.ts';
import { newProgram, type Program } from '../support/program.ts';
import { versions } from './firstScreen.ts';

const hostile = '</script><script>document.title=2</script><!-- $& $1';

let browser: Browser;
let program: Program;
let ids: string[];
beforeAll(async () => {
  browser = await startBrowser();
  program = newProgram();
  ids = [];
  for (const version of ['1.0.0', '1.1.0']) {
    const id = await program.quiet(['start', '--deployment', 'shop', '--version', version]);
    await program.quiet(['extract', '--id', id, '--', 'true']);
    for (const duration of version === '1.0.0' ? ['10s', '10s', '10s'] : ['10s', '10s', '10s', '30s'])
      await program.quiet(['phase', 'record', 'build', '--duration', duration, '--id', id]);
    await program.quiet(['finish', '--id', id, '--notes', hostile]);
    ids.push(id);
  }
}, 60_000);
afterAll(() => browser.close());

describe('report --out', { timeout: 60_000 }, () => {
  test('report --out writes the web UI and its data as one file that requests nothing', async () => {
    expect(await program.quiet(['report', '--out', 'report.html'])).toBe('');
    const { page, complaints } = await open(browser, `file://${program.folder}/report.html`);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    expect(await versions(page)).toEqual(['1.1.0', '1.0.0']);
    expect(await page.$eval('.made', (made) => made.textContent)).toMatch(
      new RegExp(`^Report made \\d{4}-\\d\\d-\\d\\d .* from ${program.ledger} on .*: the last 50\\.`),
    );
    expect(await page.$eval('.made time', (time) => (time as HTMLElement).title)).toMatch(/ UTC$/);
    // The list of a report cannot be filtered.
    expect(await page.$$('a.figure, a[href*="status="]')).toEqual([]);
    await page.click('td.version a');
    await page.waitForSelector('.facts-grid');
    const phases = await page.$$eval('[data-phase]', (rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.textContent)),
    );
    expect(phases).toContainEqual(['✓ build', '30.0s', '10.0s', expect.anything(), '3.0x slower ']);
    expect(await page.$eval('.facts-grid', (list) => (list as HTMLElement).innerText)).toContain(hostile);
    await page.click('a[href^="#/c/"]');
    await page.waitForFunction(
      () => document.querySelector('h1')?.textContent === '1.0.0 compared with 1.1.0',
    );
    expect([await page.title(), complaints, requests]).toEqual(['1.0.0 and 1.1.0 – deploytrack', [], []]);
    expect(readdirSync(program.folder).filter((name) => name.includes('report'))).toEqual(['report.html']);
  });

  test('report --out with a deployment ID, complete or its end, opens that deployment', async () => {
    const [first = ''] = ids;
    await program.quiet(['report', '--out', 'one.html', first.split('-').at(-1) ?? '', '--limit', '1']);
    const { page } = await open(browser, `file://${program.folder}/one.html`);
    await page.waitForSelector('.facts-grid');
    expect(await page.$eval('.facts-grid', (list) => (list as HTMLElement).innerText)).toContain(first);
  });

  test('report with invalid arguments prints one line and writes nothing', async () => {
    const folder = join(program.folder, 'empty');
    mkdirSync(folder);
    const said = async (...args: string[]) => {
      const { code, stderr } = await program.run(['report', ...args], { cwd: folder });
      return [code, stderr];
    };
    expect(await said('nobody')).toEqual([2, expect.stringContaining('can only be used with --out')]);
    expect(await said('--out', 'x.html', 'nobody')).toEqual([
      1,
      expect.stringContaining('deployment "nobody" not found'),
    ]);
    expect(await said('--out', 'no/where.html')).toEqual([
      1,
      expect.stringContaining('cannot be written: ENOENT'),
    ]);
    expect(await said('--out', 'x.html', '--limit', '0')).toEqual([2, expect.any(String)]);
    expect(readdirSync(folder)).toEqual([]);
    expect(readFileSync(join(program.folder, 'report.html'), 'utf8').length).toBeGreaterThan(10_000);
  });
});
