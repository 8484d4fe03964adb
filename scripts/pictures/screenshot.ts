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

/** The page as a PNG, by headless Chromium. */
export function screenshot({ html, width, height }: Page, file: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'picture-'));
  try {
    const page = join(folder, 'page.html');
    writeFileSync(page, html);
    const { status, stderr, error } = spawnSync(
      'chromium',
      [
        '--headless',
        // Chromium has no sandbox as root in containers; the page is our own and requests nothing.
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

/** Reduces it to a palette of 256 colors: a third of the bytes without a visible difference. */
function shrink(file: string): void {
  const words = ['--quality', '60-95', '--speed', '1', '--strip', '--force', '--output', file, file];
  const { status, stderr, error } = spawnSync('pngquant', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`pngquant: ${error?.message ?? stderr}`);
}
