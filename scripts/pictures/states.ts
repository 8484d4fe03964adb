import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { processContext } from '../../src/context.ts';
import { makeSampleLedger } from '../../src/sample/sampleLedger.ts';
import { open } from '../../test/support/browser.ts';
import { newProgram, type Program } from '../../test/support/program.ts';
import { photograph } from './browser.ts';
import { servedBy } from './webUi.ts';

const widths = [1440, 1024, 390] as const;
const schemes = ['light', 'dark'] as const;
const site = ['--deployment', 'gateway', '--environment', 'production', '--triggered-by', 'ada'];

/** The first screen in each state that an operator meets, at each width, light and dark. */
export async function statePictures(browser: Browser, folder: string): Promise<void> {
  const sample = makeSampleLedger(processContext());
  try {
    const programs = { empty: newProgram(), sample: newProgram({ ledger: sample.path }) };
    await pictures(browser, { program: programs.empty, state: 'empty', folder });
    await pictures(browser, { program: programs.sample, state: 'sample', folder });
    await fail(programs.sample);
    await pictures(browser, { program: programs.sample, state: 'failing', folder });
    await begin(programs.sample);
    await pictures(browser, { program: programs.sample, state: 'running', folder });
    for (const program of Object.values(programs)) rmSync(program.folder, { recursive: true, force: true });
  } finally {
    sample.remove();
  }
}

async function pictures(
  browser: Browser,
  { program, state, folder }: { program: Program; state: string; folder: string },
): Promise<void> {
  await servedBy(program, [], async (url) => {
    for (const width of widths)
      for (const scheme of schemes) {
        const { page } = await open(browser, url, { width, height: width === 390 ? 844 : 900, scheme });
        await photograph(page, { file: join(folder, `states/${state}-${width}-${scheme}.png`) });
        await page.close();
      }
  });
}

/** Its migration fails, with the end of stderr. */
async function fail(program: Program): Promise<void> {
  await program.run(['start', ...site, '--version', '2.42.0', '--id', 'failing']);
  for (const phase of ['extract', 'venv_rebuild'])
    await program.run(['phase', 'run', phase, '--id', 'failing', '--', 'sleep', '0.2']);
  const script =
    'echo "INFO upgrade 8f2a -> 91bc, add tenant to orders" >&2; echo "ERROR: column orders.tenant contains null values" >&2; exit 1';
  await program.run(['migrate', '--id', 'failing', '--keep-stderr', '--', 'sh', '-c', script]);
  await program.run(['finish', '--id', 'failing']);
}

/** In its second phase. */
async function begin(program: Program): Promise<void> {
  await program.run(['start', ...site, '--version', '2.42.1', '--id', 'running']);
  await program.run(['phase', 'run', 'extract', '--id', 'running', '--', 'sleep', '0.5']);
  await program.run(['phase', 'start', 'venv_rebuild', '--id', 'running']);
}
