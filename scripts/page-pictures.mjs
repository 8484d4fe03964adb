// page-pictures.mjs [--out <dir>]: pictures of the web UI of `serve --sample`, which shows a month of sample
// data.
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'docs/pictures') } } });
const server = spawn(
  'node',
  [join(root, 'bin/deploytrack.js'), 'serve', '--sample', '--listen', '127.0.0.1:0'],
  {
    stdio: ['ignore', 'ignore', 'pipe'],
  },
);
const url = await new Promise((found, failed) => {
  let said = '';
  server.stderr.on('data', (chunk) => {
    said += chunk;
    const address = /"listening","address":"([^"]+)"/.exec(said)?.[1];
    if (address !== undefined) found(address);
  });
  server.once('exit', () => failed(new Error(said)));
});
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
});
try {
  const { rows } = await (await fetch(`${url}/api/deployments?status=failed&environment=production`)).json();
  const failed = encodeURIComponent(rows[0].deployment_id);
  const { before } = await (await fetch(`${url}/api/deployments/${failed}`)).json();
  await picture('page', '/');
  await picture('page-dark', '/', { scheme: 'dark' });
  await picture('page-phone', '/', { width: 390, height: 844 });
  await picture('page-deployment', `/#/d/${failed}`);
  await picture('page-compare', `/#/c/${encodeURIComponent(before)}/${failed}`, { height: 700 });
} finally {
  await browser.close();
  server.kill();
}

async function picture(name, path, { width = 1280, height = 800, scheme = 'light' } = {}) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(`${url}${path}`);
  await page.waitForSelector('main[data-ready]');
  const file = join(values.out, `${name}.png`);
  await page.screenshot({ path: file });
  await page.close();
  execFileSync('pngquant', ['--force', '--speed', '1', '--output', file, '64', file]);
  console.log(file);
}
