import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'puppeteer-core';
import type { Answered } from './answers.ts';

/** A page that can show dashboards, with the style of the web UI. */
export async function emptyPage(browser: Browser, root: string): Promise<Page> {
  const script = await build({
    entryPoints: [join(root, 'scripts/pictures/page.tsx')],
    bundle: true,
    globalName: 'pictures',
    charset: 'utf8',
    write: false,
  });
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 800 });
  await page.setContent('<!doctype html><meta charset="utf-8"><body>');
  for (const name of ['scripts/pictures/base.css', 'scripts/pictures/page.css'])
    await page.addStyleTag({ content: readFileSync(join(root, name), 'utf8') });
  await page.addScriptTag({ content: script.outputFiles[0]?.text ?? '' });
  return page;
}

export async function show(page: Page, answered: Answered): Promise<void> {
  const json = JSON.stringify(answered, (_, value) => (Number.isNaN(value) ? 'NaN' : value));
  await page.evaluate(`pictures.show(${JSON.stringify(json)})`);
}

/** The page as a PNG of at most 64 colors: a third of the bytes without a visible difference. */
export async function photograph(
  page: Page,
  { file, fullPage = false }: { file: string; fullPage?: boolean },
): Promise<void> {
  writeFileSync(file, await page.screenshot({ fullPage }));
  execFileSync('pngquant', ['--force', '--strip', '--speed', '1', '--output', file, '64', file]);
  process.stdout.write(`${file}\n`);
}
