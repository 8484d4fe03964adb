import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { startGateway } from '../support/gateway.ts';
import { newProgram } from '../support/program.ts';
import { prometheusQueries } from '../support/prometheus.ts';
import { startServer } from '../support/server.ts';

const readme = readFileSync(new URL('../../examples/monitoring/README.md', import.meta.url), 'utf8');

test('the relabeling in the README gives the bare metric names next to the buckets without recording rules', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_GATEWAY_TIMEOUT: '20s' } });
  onTestFinished(() => rmSync(program.folder, { recursive: true, force: true }));
  const id = (await program.run(['start', '--deployment', 'app', '--version', '1'])).stdout.trim();
  await program.run(['phase', 'record', 'migration', '--duration', '7s', '--id', id]);
  await program.run(['finish', '--id', id]);

  const folder = mkdtempSync(join(tmpdir(), 'bare-names-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [, block = ''] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  const job = {
    job_name: 'pushgateway',
    honor_labels: true,
    scrape_interval: '250ms',
    scrape_timeout: '250ms',
    static_configs: [{ targets: [new URL(gateway.url).host] }],
    ...parse(block),
  };
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, JSON.stringify({ scrape_configs: [job] }));
  const server = await startServer({
    program: 'prometheus',
    args: (port) => [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    readyPath: '/-/ready',
  });
  onTestFinished(() => server.stop());
  const prometheus = prometheusQueries(server.url);

  await prometheus.until('deployment_stage_duration_seconds{stage="migration"}', (seconds) => seconds === 7);
  const [{ total } = {}] = program.rows('SELECT total_duration AS total FROM deployment_metrics');
  expect(await prometheus.value('deployment_duration_seconds')).toBe(total);
  expect(
    await prometheus.value('count({__name__=~"deployment_(stage_)?last_duration_seconds"})'),
  ).toBeUndefined();
  expect(await prometheus.value('deployment_duration_seconds_count')).toBe(1);
});
