import { redact } from '../../redact.ts';
import { type Finding, wrong } from '../finding.ts';
import type { ScrapeJob } from './configuration.ts';
import { prometheusDurationMs } from './durations.ts';
import type { PrometheusState, Target } from './prometheusState.ts';
import { configurationFile, reloadCommand, typedForeign } from './typed.ts';

/** A longer interval shows deployments late, and Prometheus drops samples after five minutes. */
const longestMs = 60_000;

/** The jobs that scrape a gateway, or `serve`: by the address, the usual ports, or the name. */
export function scrapingJobs(state: PrometheusState, gatewayUrls: readonly string[]): ScrapeJob[] {
  const { configuration, targets } = state;
  const places = gatewayUrls.map((url) => new URL(url).host);
  const isOurs = (host: string) => places.includes(host) || /:(9091|9102)$/.test(host);
  return (configuration?.jobs ?? []).filter(
    ({ name, targets: fixed }) =>
      /push-?_?gateway|deploytrack/i.test(name) ||
      fixed.some(isOurs) ||
      targets.some((target) => target.job === name && isOurs(hostOf(target))),
  );
}

/** The host and port of a target; empty if its URL cannot be parsed. */
export function hostOf({ url }: Target): string {
  return URL.canParse(url) ? new URL(url).host : '';
}

export function targetsOf(state: PrometheusState, jobs: readonly ScrapeJob[]): Target[] {
  return state.targets.filter(({ job }) => jobs.some(({ name }) => name === job));
}

/** How these jobs are set, and whether their targets respond. */
export function jobFindings(
  state: PrometheusState,
  { jobs, isGatewayDown }: { jobs: readonly ScrapeJob[]; isGatewayDown: boolean },
): Finding[] {
  return [
    ...jobs.filter(({ honorsLabels }) => !honorsLabels).map((job) => labelsLost(state, job)),
    ...jobs.filter(isTooSlow).map((job) => tooSlow(state, job)),
    ...targetsOf(state, jobs)
      // A gateway that is down for this host too is reported already.
      .filter(({ health }) => health === 'down' && !isGatewayDown)
      .map(down),
  ];
}

export function notScraped(state: PrometheusState, gatewayUrl: string): Finding {
  const { host } = new URL(gatewayUrl);
  return wrong({
    message: `no job of the Prometheus ${state.site.url} scrapes the gateway ${gatewayUrl}`,
    meaning: 'dashboards and alerts have no data',
    fix: `add a job for ${host} with honor_labels: true to ${configurationFile(state)} (docs/gateway.md), then run \`${reloadCommand(state)}\``,
  });
}

function labelsLost(state: PrometheusState, { name }: ScrapeJob): Finding {
  return wrong({
    message: `honor_labels: true is missing in the job ${JSON.stringify(name)} of the Prometheus ${state.site.url}`,
    meaning:
      'job and instance become exported_job and exported_instance, so dashboards and alerts do not find the hosts',
    fix: `add honor_labels: true to this job in ${configurationFile(state)}, then run \`${reloadCommand(state)}\``,
  });
}

function isTooSlow({ interval }: ScrapeJob): boolean {
  return (prometheusDurationMs(interval) ?? 0) > longestMs;
}

function tooSlow(state: PrometheusState, { name, interval }: ScrapeJob): Finding {
  return wrong({
    message: `the job ${JSON.stringify(name)} of the Prometheus ${state.site.url} scrapes only every ${interval}`,
    meaning: 'short deployments are not seen, and alerts fire late',
    fix: `set scrape_interval: 15s in this job in ${configurationFile(state)}, then run \`${reloadCommand(state)}\``,
  });
}

function down({ job, url, lastError }: Target): Finding {
  const place = typedForeign(redact(url)) ?? 'its URL';
  return wrong({
    message: `the target ${redact(url)} of the job ${JSON.stringify(job)} is down: ${redact(lastError).slice(0, 300)}`,
    meaning: 'its series are missing in dashboards and alerts',
    fix: `start the target, or correct its address; on the host of Prometheus, \`curl -fsS -o /dev/null ${place}\` succeeds when it responds`,
  });
}
