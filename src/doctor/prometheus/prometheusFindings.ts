import { listGroups } from '../../ledger/push/deliveries.ts';
import { ledgerId } from '../../ledger/push/snapshot.ts';
import { shellArgument } from '../../text/shellArgument.ts';
import type { Examined } from '../check.ts';
import { type Finding, ok, wrong } from '../finding.ts';
import type { Site } from '../http/fetchText.ts';
import { textIn } from '../http/objects.ts';
import { prometheusSite } from './api.ts';
import { hostOf, jobFindings, notScraped, scrapingJobs, targetsOf } from './jobs.ts';
import { type PrometheusState, readPrometheusState, type Unanswered } from './prometheusState.ts';
import { retentionFindings } from './retention.ts';
import { ruleFindings } from './ruleFindings.ts';
import { neverScraped } from './scraped.ts';
import { configurationFile, prometheusCurl, typedForeign } from './typed.ts';

/** All findings about the Prometheus server of `--prometheus`. */
export async function prometheusFindings(examined: Examined, address: string): Promise<Finding[]> {
  const { session, sound } = examined;
  const site = prometheusSite(session.context, address);
  const state = await readPrometheusState(site, sound === null ? '' : ledgerId(sound));
  if ('problem' in state) return [unanswered(site, state)];
  const found = [
    ...(state.runtime.reloadConfigSuccess === false
      ? [notReloaded(state)]
      : [...(await scrapeFindings(examined, state)), ...ruleFindings(state)]),
    ...retentionFindings(state),
  ];
  return found.length > 0 ? found : [ok(`the Prometheus ${site.url} is set up for deploytrack`)];
}

async function scrapeFindings(
  { sound, gatewayStates }: Examined,
  state: PrometheusState,
): Promise<Finding[]> {
  const remotes = await gatewayStates();
  const jobs = scrapingJobs(
    state,
    remotes.map(({ gateway }) => gateway.url),
  );
  if (jobs.length === 0) {
    const isMissing = state.configuration !== null && state.series.length === 0;
    return isMissing ? remotes.slice(0, 1).map(({ gateway }) => notScraped(state, gateway.url)) : [];
  }
  const isGatewayDown = remotes.some(({ failure }) => failure !== null);
  const found = jobFindings(state, { jobs, isGatewayDown });
  if (found.length > 0 || sound === null) return found;
  const own = listGroups(sound, { deploymentId: null }).filter(({ goneAtMs }) => goneAtMs === null);
  const targets = targetsOf(state, jobs);
  return remotes.flatMap(({ gateway, groups: held }) => {
    const its = targets.filter((target) => hostOf(target) === new URL(gateway.url).host);
    // The address of the only gateway may be another one for Prometheus.
    return held === null
      ? []
      : neverScraped(state, { own, held, targets: remotes.length === 1 ? targets : its });
  });
}

function unanswered(site: Site, { problem, status }: Unanswered): Finding {
  return wrong({
    message: `cannot read the Prometheus ${site.url}: ${problem}`,
    meaning: 'its configuration was not checked',
    fix: fixOf({ problem, status }, site),
  });
}

function fixOf({ problem, status }: Unanswered, site: Site): string {
  if (status === 401 || status === 403) {
    const { protocol, host, pathname } = new URL(site.url);
    const url = `${protocol}//<user>:<password>@${host}${pathname.replace(/\/$/, '')}`;
    return `give user and password in --prometheus: run \`deploytrack doctor --prometheus ${shellArgument(url)}\``;
  }
  const another = 'run `deploytrack doctor --prometheus <url>`';
  if ((status !== null && status < 500) || /not (valid )?HTTP/.test(problem))
    return `give the URL of a Prometheus server, with its base path: ${another}`;
  if (/host name/.test(problem))
    return `add the host name to DNS, \`getent hosts ${shellArgument(new URL(site.url).hostname)}\` finds it then; or correct it: ${another}`;
  if (problem.startsWith('TLS: '))
    return `add its authority with \`export NODE_EXTRA_CA_CERTS=<file>\`, or correct the scheme: ${another}`;
  return outsideFix({ problem, status }, site);
}

/** Nothing is to be changed here. */
function outsideFix({ problem, status }: Unanswered, site: Site): string {
  const advice =
    status === 503
      ? 'wait until it has read its data'
      : /refused/.test(problem)
        ? 'start it, or correct the port'
        : 'check the server, the network and its firewall';
  return `${advice}; \`${prometheusCurl(site, '/-/ready')}\` succeeds when it is ready`;
}

function notReloaded(state: PrometheusState): Finding {
  const file = typedForeign(configurationFile(state)) ?? 'prometheus.yml';
  return wrong({
    message: `the Prometheus ${state.site.url} could not load its configuration; it uses the one of ${textIn(state.runtime.lastConfigTime)}`,
    meaning: 'changes of jobs and rules have no effect',
    fix: `on its host, run \`promtool check config ${file}\`, fix what it reports, and reload`,
  });
}
