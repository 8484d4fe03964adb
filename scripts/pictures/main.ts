import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from '../../test/support/browser.ts';
import { startGateway } from '../../test/support/gateway.ts';
import { newProgram, type Program } from '../../test/support/program.ts';
import { type Prometheus, startPrometheus } from '../../test/support/prometheus.ts';
import { dashboardsIn } from '../dashboards/shippedDashboards.ts';
import { places, playThirty } from '../stack/thirty.ts';
import { type Answered, answersOf } from './answers.ts';
import { emptyPage, photograph, show } from './browser.ts';
import { openSource } from './source.ts';
import { webUiPictures } from './webUi.ts';

/** `[folder]`: pictures of the dashboards, with deployments that are played, and of the web UI. */
export async function main(root: string, [folder = join(root, 'docs/pictures')]: string[]): Promise<void> {
  const dashboards = await played(root);
  const browser = await startBrowser();
  try {
    const page = await emptyPage(browser, root);
    for (const [name, answered] of Object.entries(dashboards)) {
      await show(page, answered);
      await photograph(page, { file: join(folder, `${name}.png`), fullPage: true });
    }
    await webUiPictures(browser, folder);
  } finally {
    await browser.close();
  }
}

/** The dashboards with what a Prometheus answers that has scraped every second of the deployments. */
async function played(root: string): Promise<Record<string, Answered>> {
  const monitoring = join(root, 'examples/monitoring');
  const gateway = await startGateway();
  const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url } });
  const prometheus = await startPrometheus({
    gatewayUrl: gateway.url,
    scrapeIntervalMs: 1000,
    ruleFiles: ['recording.yml', 'alerts.yml'].map((name) => join(monitoring, 'rules', name)),
  });
  try {
    const source = openSource(prometheus, await play(program, prometheus));
    // Troubleshooting shows the newest deployment that was rolled back.
    const [given = {}] = program.rows('SELECT deployment_id FROM rollbacks ORDER BY id DESC LIMIT 1');
    const dashboards: Record<string, Answered> = {};
    for (const [name, json] of Object.entries(dashboardsIn(join(monitoring, 'grafana/dashboards'))))
      dashboards[name] = await answersOf(json, { source, given });
    return dashboards;
  } finally {
    await Promise.all([gateway.stop(), prometheus.stop()]);
    rmSync(program.folder, { recursive: true, force: true });
  }
}

/** Returns the times of its start and end. */
async function play(program: Program, prometheus: Prometheus): Promise<[number, number]> {
  const start = await prometheus.newestSampleSeconds('up');
  // The zeros must be scraped before the first deployment, otherwise increase() would not see it.
  for (const place of places) await program.run(['init', ...place]);
  await prometheus.until('count(deployment_slo_bad_total)', (groups) => groups === places.length);
  await playThirty(program, (line) => process.stdout.write(`${line}\n`));
  // After two scrapes the rules, too, have seen the last one.
  const scraped = await prometheus.newestSampleSeconds('up');
  return [start, await prometheus.until('max(timestamp(up))', (seconds) => seconds >= scraped + 3)];
}
