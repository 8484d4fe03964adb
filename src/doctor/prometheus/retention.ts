import { type Finding, wrong } from '../finding.ts';
import { textIn } from '../http/objects.ts';
import { prometheusDurationMs } from './durations.ts';
import type { PrometheusState } from './prometheusState.ts';
import { prometheusCurl } from './typed.ts';

/** Dashboards and alerts have windows of 30 days. */
const leastMs = 30 * 86_400_000;

export function retentionFindings({ site, runtime }: PrometheusState): Finding[] {
  // `45d`, `45d or 10GiB`, `10GiB`.
  const [kept = ''] = textIn(runtime.storageRetention).split(' or ');
  const keptMs = prometheusDurationMs(kept);
  if (keptMs === null || keptMs >= leastMs) return [];
  return [
    wrong({
      message: `the Prometheus ${site.url} keeps samples for ${kept} only; dashboards and alerts look back 30d`,
      meaning: 'figures and alerts of 30 days are wrong: they see a part of that time',
      fix: `restart it with --storage.tsdb.retention.time=45d; \`${prometheusCurl(site, '/api/v1/status/runtimeinfo')}\` shows it as storageRetention`,
    }),
  ];
}
