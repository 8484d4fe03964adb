import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import type { Deployment, DeploymentPage } from '../../src/server/api.ts';
import { open } from '../../test/support/browser.ts';
import { eventually } from '../../test/support/eventually.ts';
import { newProgram, type Program } from '../../test/support/program.ts';
import { photograph } from './browser.ts';

/** Pictures of the web UI of `serve --sample`, which shows a month of sample data. */
export async function webUiPictures(browser: Browser, folder: string): Promise<void> {
  const program = newProgram();
  await servedBy(program, ['--sample'], async (url) => {
    const api = async <Data>(path: string) =>
      (await (await fetch(`${url}/api/deployments${path}`)).json()) as Data;
    const { rows } = await api<DeploymentPage>('?status=failed&environment=production');
    const failed = encodeURIComponent(rows[0]?.deployment_id ?? '');
    const { before } = await api<Deployment>(`/${failed}`);
    const picture = async (name: string, path: string, sight: Parameters<typeof open>[2] = {}) => {
      const { page } = await open(browser, `${url}${path}`, sight);
      await photograph(page, { file: join(folder, `${name}.png`) });
      await page.close();
    };
    await picture('page', '/');
    await picture('page-dark', '/', { scheme: 'dark' });
    await picture('page-phone', '/', { width: 390, height: 844 });
    await picture('page-trends', '/#/t', { height: 700 });
    await picture('page-deployment', `/#/d/${failed}`);
    await picture('page-compare', `/#/c/${encodeURIComponent(before ?? '')}/${failed}`, { height: 700 });
  });
  rmSync(program.folder, { recursive: true, force: true });
}

/** Runs `work` with the URL of a server of this program, and ends it. */
export async function servedBy(
  program: Program,
  words: readonly string[],
  work: (url: string) => Promise<void>,
): Promise<void> {
  const server = program.spawn(['serve', ...words, '--listen', '127.0.0.1:0']);
  let said = '';
  server.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  try {
    const listening = () => /"listening","address":"([^"]+)"/.exec(said)?.[1];
    await work(await eventually(listening, { what: 'listening server' }));
  } finally {
    server.kill();
  }
}
