import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { panelQueries } from '../../scripts/dashboards/panelQueries.ts';
import { dashboardsIn } from '../../scripts/dashboards/shippedDashboards.ts';
import { withChoice } from '../monitoring/verify/asking.ts';
import { withoutIntervals } from '../monitoring/verify/servers.ts';
import { startGateway } from '../support/gateway.ts';
import { newProgram, type Program } from '../support/program.ts';
import { type Prometheus, type QueryResult, startPrometheus } from '../support/prometheus.ts';
import { serve } from '../support/serve.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Everything that the first dashboard queries. */
async function deploy(program: Program, version: string): Promise<void> {
  const id = await program.quiet(['start', '--deployment', 'gateway', '--version', version]);
  const busy = ['bash', '-c', 'for ((i = 0; i < 200000; i++)); do :; done'];
  await program.quiet(['extract', '--id', id, '--', ...busy]);
  await program.quiet(['health', '--id', id, '--check-type', 'queue', '--', 'true']);
  await program.quiet(['finish', '--id', id]);
}

/** Series without values that depend on the time of a scrape. */
function comparable(found: readonly QueryResult[], expr: string): string[] {
  const moves = /\b(rate|increase|time)\(/.test(expr);
  return found
    .map(({ labels, value }) => JSON.stringify([Object.entries(labels).sort(), moves ? null : value]))
    .sort();
}

/** Waits until all marks and the results of the recording rules are there. */
async function reaches(prometheus: Prometheus, events: number): Promise<void> {
  await prometheus.until('deploytrack_ledger_events_total', (value) => value === events);
  const recorded = 'deployment_duration_seconds - deployment_last_duration_seconds';
  await prometheus.until(recorded, (difference) => difference === 0);
}

test('Prometheus fills every panel of the first dashboard from `serve` as from the gateway', {
  timeout: 120_000,
}, async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_GATEWAY_TIMEOUT: '20s' } });
  await program.run(['init', '--deployment', 'gateway']);
  const served = await serve({ program });
  const rules = join(root, 'examples/monitoring/rules/recording.yml');
  const ruleFiles = [withoutIntervals(rules, join(program.folder, 'recording.json'))];
  const both = await Promise.all(
    [gateway.url, served.url].map((gatewayUrl) => startPrometheus({ gatewayUrl, ruleFiles })),
  );
  onTestFinished(async () => void (await Promise.all(both.map((one) => one.stop()))));

  await deploy(program, '1.0.0');
  await deploy(program, '1.1.0');
  await program.run(['rollback', '--deployment', 'gateway', '--reason', 'error_rate']);
  const [{ seq } = {}] = program.rows('SELECT seq FROM groups');
  await Promise.all(both.map((one) => reaches(one, Number(seq))));

  const { deployments } = dashboardsIn(join(root, 'examples/monitoring/grafana/dashboards'));
  if (deployments === undefined) throw new Error('there is no first dashboard');
  const panels = panelQueries({ deployments }).filter((query) => query.of === 'panel');
  for (const { panel, expr } of panels) {
    const asked = withChoice({ expr, expectation: { kind: 'names', names: [] } });
    const [pushed = [], scraped = []] = await Promise.all(
      both.map(async (one) => comparable(await one.query(asked), expr)),
    );
    expect([panel, scraped]).toEqual([panel, pushed]);
    expect([panel, scraped.length > 0]).toEqual([panel, true]);
  }
  expect(panels.length).toBeGreaterThanOrEqual(13);
});
