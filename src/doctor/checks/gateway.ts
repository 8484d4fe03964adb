import type { DeploytrackError } from '../../errors.ts';
import { listGroups } from '../../ledger/push/deliveries.ts';
import type { Pushgateway } from '../../push/gateway/pushgateway.ts';
import type { Session } from '../../session.ts';
import type { Check, Examined } from '../check.ts';
import { type Finding, ok, wrong } from '../finding.ts';
import { gatewayCurl } from '../gateway/curl.ts';
import { type GatewayState, isPoisoned, markBudgetMs } from '../gateway/gatewayState.ts';
import { isInUse } from '../gateway/heldOf.ts';
import { hindered } from '../gateway/hindered.ts';
import { withoutCredentials } from '../gateway/settingCommands.ts';
import { unreadable } from '../gateway/unreadable.ts';

export const gateway: Check = {
  name: 'gateway',
  title: 'the setting of the gateway and of its proxy, and whether the gateway works',
  find: async (examined) => {
    const { session, sound } = examined;
    // An invalid one is reported with the settings.
    if (session.settings.isInvalid('gateway') || session.settings.isInvalid('gateway-proxy')) return [];
    const found = await examined.gateways().catch((error: DeploytrackError) => error);
    if (found instanceof Error) return [invalid(session, found)];
    const [first] = found;
    if (first === undefined) return [ok('no gateway is set; nothing is pushed')];
    const proxies = proxyFindings(session.context.env, first);
    const states = await examined.gatewayStates();
    const problems = states.flatMap((state) => stateFindings(examined, { state, states }));
    if (problems.length > 0) return [...proxies, ...problems];
    const isNew = sound === null || listGroups(sound, { deploymentId: null }).length === 0;
    return [...proxies, ...(isNew ? [ok(`${named(found)}; this ledger has no group yet`)] : [])];
  },
};

function named(gateways: readonly Pushgateway[]): string {
  const urls = gateways.map(({ url }) => url).join(', ');
  return gateways.length === 1 ? `the gateway is ${urls}` : `the gateways are ${urls}`;
}

function invalid(session: Session, { message, hint = 'fix the setting' }: DeploytrackError): Finding {
  const command = message.includes('proxy')
    ? 'export DEPLOYTRACK_GATEWAY_PROXY=<url>'
    : withoutCredentials(session.context.env, message);
  return wrong({ message, meaning: 'nothing is pushed', fix: `${hint}, or run \`${command}\`` });
}

/** The proxy in use; or one in the environment, which is not used unless the setting says so. */
function proxyFindings(
  env: Readonly<Record<string, string | undefined>>,
  { url, proxy = null }: Pushgateway,
): Finding[] {
  if (proxy !== null) return [ok(`the gateway is contacted through the proxy ${proxy.url}`)];
  const names = url.startsWith('https:') ? ['https_proxy', 'all_proxy'] : ['http_proxy', 'all_proxy'];
  const set = names.flatMap((name) => [name, name.toUpperCase()]).filter((name) => (env[name] ?? '') !== '');
  if (set.length === 0) return [];
  const message = `the proxy in ${set.join(' and ')} is not used; the gateway is contacted directly`;
  return [ok(message, 'to use it, run `export DEPLOYTRACK_GATEWAY_PROXY=environment`')];
}

/** One cause is one finding: what follows from it is not reported. */
function stateFindings(
  examined: Examined,
  { state, states }: { state: GatewayState; states: readonly GatewayState[] },
): Finding[] {
  const { failure, small, gateway } = state;
  if (!isInUse(examined, { state, states }))
    return failure === null
      ? []
      : [
          ok(
            `the gateway ${gateway.url} cannot be read: ${failure.line}`,
            'no group of this ledger is on it',
          ),
        ];
  const status = small?.answer.status ?? 0;
  if (failure !== null && !isPoisoned(failure)) {
    const isAlone = states.every((one) => one.failure !== null);
    return [unreadable(examined.session, { state, failure, isAlone })];
  }
  if (failure === null && status >= 500) return [notReady(examined, state)];
  return [...hindered(examined, state), ...slow(examined, state)];
}

function notReady({ session }: Examined, { gateway, small }: GatewayState): Finding {
  return wrong({
    message: `the gateway ${gateway.url} is not ready: ${small?.answer.status} at /-/ready`,
    meaning: 'pushes may be lost, and load balancers take it out of service',
    fix: `check its log; \`${gatewayCurl(session, gateway, { path: '/-/ready' })}\` succeeds when it is ready`,
  });
}

function slow({ session }: Examined, { gateway, small }: GatewayState): Finding[] {
  const budgetMs = markBudgetMs(session);
  if (small === null || small.tookMs <= budgetMs) return [];
  const enough = enoughMs.find((ms) => ms >= 2 * small.tookMs) ?? 5000;
  return [
    wrong({
      message: `the gateway ${gateway.url} takes ${Math.round(small.tookMs)} ms for a small request; a mark waits ${budgetMs} ms`,
      meaning: 'marks do not push; `finish` or `deploytrack push` does it later',
      fix: `find out what slows it down, or run \`export DEPLOYTRACK_GATEWAY_TIMEOUT=${enough}ms\` before the deployment`,
    }),
  ];
}

const enoughMs = [500, 1000, 2000, 5000];
