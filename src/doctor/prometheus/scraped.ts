import { groupLabels } from '../../metrics/exposition.ts';
import type { GroupsReader } from '../../metrics/groupsReader.ts';
import type { GroupKey } from '../../model.ts';
import { type Finding, wrong } from '../finding.ts';
import { textIn } from '../http/objects.ts';
import type { PrometheusState, Target } from './prometheusState.ts';
import { configurationFile, reloadCommand } from './typed.ts';

/** A scrape stores its samples a little after it began, and times of the configuration have whole seconds. */
const storedWithinMs = 2000;

/**
 * Groups that the gateway had before it was last scraped, with this configuration, and that Prometheus does not have; at
 * most one finding.
 */
export function neverScraped(
  state: PrometheusState,
  { own, held, targets }: { own: readonly GroupKey[]; held: GroupsReader; targets: readonly Target[] },
): Finding[] {
  const scrapedAtMs = Math.max(
    0,
    ...targets.filter(({ health }) => health === 'up').map((one) => one.scrapedAtMs),
  );
  const loadedAtMs = Date.parse(textIn(state.runtime.lastConfigTime)) || 0;
  const isDue = (key: GroupKey) => {
    const pushedAtMs = (held.group(key)?.pushedAtSeconds ?? 0) * 1000;
    return pushedAtMs > 0 && Math.max(pushedAtMs, loadedAtMs) + storedWithinMs < scrapedAtMs;
  };
  const missing = own.filter((key) => isDue(key) && !hasSeries(state, key));
  const [first] = missing;
  if (first === undefined) return [];
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  const jobs = [...new Set(targets.map(({ job }) => JSON.stringify(job)))].join(', ');
  return [
    wrong({
      message: `${first.deployment}/${first.environment} on ${first.instance}${more} is on the gateway, but not in the Prometheus ${state.site.url}`,
      meaning: 'dashboards and alerts do not see it',
      fix: `remove what drops it from the job ${jobs} in ${configurationFile(state)} (metric_relabel_configs, or another gateway as target), then run \`${reloadCommand(state)}\``,
    }),
  ];
}

function hasSeries({ series }: PrometheusState, key: GroupKey): boolean {
  return series.some((labels) => groupLabels(key).every(([name, value]) => labels[name] === value));
}
