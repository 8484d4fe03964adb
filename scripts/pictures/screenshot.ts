import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Page {
  readonly html: string;
  readonly width: number;
  readonly height: number;
}

/** The page as a PNG, by Chromium without a window. */
export function screenshot({ html, width, height }: Page, file: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'));
  try {
    const page = join(folder, 'page.html');
    writeFileSync(page, html);
    const { status, stderr, error } = spawnSync(
      'chromium',
      [
        '--headless',
        // As root, in containers, Chromium has no sandbox; the page is our own and asks for nothing.
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        '--force-device-scale-factor=1',
        `--user-data-dir=${join(folder, 'profile')}`,
        `--window-size=${width},${height}`,
        `--screenshot=${file}`,
        pathToFileURL(page).href,
      ],
      { encoding: 'utf8', timeout: 60_000 },
    );
    if (status !== 0) throw new Error(`chromium: ${error?.message ?? stderr}`);
    shrink(file);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** To a palette of 256 colours: a third of the bytes, and nobody sees it. */
function shrink(file: string): void {
  const words = ['--quality', '60-95', '--speed', '1', '--strip', '--force', '--output', file, file];
  const { status, stderr, error } = spawnSync('pngquant', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`pngquant: ${error?.message ?? stderr}`);
}
