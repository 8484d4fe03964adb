import { join } from 'node:path';
import { processContext } from '../../src/context.ts';
import { startBrowser } from '../../test/support/browser.ts';
import { dashboardsIn } from '../dashboards/shippedDashboards.ts';
import { type Answered, answersOf } from './answers.ts';
import { emptyPage, photograph, show } from './browser.ts';
import { drawnDays, drawnScrapeSeconds, startMonth } from './month.ts';
import { openSource } from './source.ts';
import { statePictures } from './states.ts';
import { webUiPictures } from './webUi.ts';

/**
 * `[--dashboards | --page] [folder]`: pictures of the dashboards, with a month of sample deployments, and of the web UI; with
 * an option only one of the two.
 */
export async function main(root: string, words: string[]): Promise<void> {
  const [folder = join(root, 'docs/pictures')] = words.filter((word) => !word.startsWith('--'));
  const dashboards = words.includes('--page') ? {} : await played(root);
  const browser = await startBrowser();
  try {
    const page = await emptyPage(browser, root);
    for (const [name, answered] of Object.entries(dashboards)) {
      await show(page, answered);
      await photograph(page, { file: join(folder, `${name}.png`), fullPage: true });
    }
    if (words.includes('--dashboards')) return;
    await webUiPictures(browser, folder);
    await statePictures(browser, folder);
  } finally {
    await browser.close();
  }
}

/** The dashboards with what a Prometheus answers that has a month of the sample deployments; a week is drawn. */
async function played(root: string): Promise<Record<string, Answered>> {
  const monitoring = join(root, 'examples/monitoring');
  const month = await startMonth(processContext(), join(monitoring, 'rules/recording.yml'));
  try {
    const dashboards: Record<string, Answered> = {};
    for (const [name, json] of Object.entries(dashboardsIn(join(monitoring, 'grafana/dashboards')))) {
      const source = openSource(month.prometheus, {
        start: month.toSeconds - drawnDays * 86_400,
        end: month.toSeconds,
        scrapeSeconds: drawnScrapeSeconds,
      });
      const given = { ...month.picked, page: 'https://deploys.example' };
      dashboards[name] = await answersOf(json, { source, given });
    }
    return dashboards;
  } finally {
    await month.stop();
  }
}
