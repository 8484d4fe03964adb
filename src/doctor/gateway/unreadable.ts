import { isFailover } from '../../push/shards/isFailover.ts';
import type { Session } from '../../session.ts';
import { shellArgument } from '../../text/shellArgument.ts';
import { type Finding, wrong } from '../finding.ts';
import { gatewayCurl } from './curl.ts';
import type { Failure, GatewayState } from './gatewayState.ts';
import { proxyFix } from './proxyFix.ts';
import { anotherUrl, credentialsCommand, urlCommand } from './settingCommands.ts';
import { tlsFix } from './tlsFix.ts';

/** Why nothing can be read from the gateway, and how to fix that. */
export function unreadable(
  session: Session,
  { state, failure, isAlone }: { state: GatewayState; failure: Failure; isAlone: boolean },
): Finding {
  const { gateway } = state;
  const ready = `\`${gatewayCurl(session, gateway, { path: '/-/ready' })}\``;
  const shown = `\`${gatewayCurl(session, gateway, { path: '/metrics' })}\``;
  return wrong({
    message: `cannot read the gateway ${gateway.url}: ${withoutAdvice(failure.line)}`,
    meaning:
      isFailover(session) && !isAlone
        ? 'deployments that start or finish push to the next gateway meanwhile (--gateway-failover)'
        : 'dashboards and alerts do not see this host; nothing is lost, because the ledger has it',
    fix: `${proxyFix(failure, { session, gateway, ready }) ?? fixOf(failure, { session, url: new URL(gateway.url), ready, shown })}; then run \`deploytrack push\``,
  });
}

/** Newer versions of Node add advice about their own options. */
function withoutAdvice(line: string): string {
  return line.replace(/; if the root CA.*$/s, '');
}

interface Where {
  readonly session: Session;
  readonly url: URL;
  /** Commands that show whether it is well, and what responds. */
  readonly ready: string;
  readonly shown: string;
}

function fixOf({ line, status, body }: Failure, where: Where): string {
  if (status === null) return noAnswer(line, where);
  const { session, url, ready, shown } = where;
  const { env } = session.context;
  if (status === 401 || status === 403)
    return `set DEPLOYTRACK_GATEWAY_USERNAME and DEPLOYTRACK_GATEWAY_PASSWORD_FILE, or DEPLOYTRACK_GATEWAY_TOKEN_FILE, to what it accepts: run \`${credentialsCommand(env)}\``;
  if (/HTTP request to an HTTPS server/i.test(body))
    return `use https:// in PUSHGATEWAY_URL: run \`${inScheme('https:', where)}\``;
  if (status >= 300 && status < 400) return `set PUSHGATEWAY_URL to the final URL: run \`${anotherUrl}\``;
  if (/from a cache/.test(line)) return `exempt ${url.host} from the cache that responds instead`;
  if (status >= 500) return `check its log; ${ready} succeeds when it is ready`;
  return `set PUSHGATEWAY_URL to a Pushgateway, with its base path; ${shown} shows what responds now; run \`${anotherUrl}\``;
}

function inScheme(scheme: string, { session, url }: Where): string {
  return urlCommand(session, `${scheme}//${url.host}${url.pathname.replace(/\/$/, '')}`);
}

function noAnswer(line: string, where: Where): string {
  const { url, ready, shown } = where;
  if (/host name/.test(line))
    return `add the host name to DNS, \`getent hosts ${shellArgument(url.hostname)}\` finds it then; or correct it with \`${anotherUrl}\``;
  if (/refused/.test(line))
    return `start the gateway, or correct the port in PUSHGATEWAY_URL; ${ready} succeeds when it responds`;
  if (/^TLS: .*wrong version number/i.test(line))
    return `use http:// in PUSHGATEWAY_URL: run \`${inScheme('http:', where)}\``;
  if (line.startsWith('TLS: ')) return tlsFix(line, where);
  if (/not (valid )?HTTP|no Pushgateway/.test(line))
    return `set PUSHGATEWAY_URL to a Pushgateway; ${shown} shows what responds now; run \`${anotherUrl}\``;
  return `check the gateway, the network and its firewall; ${ready} succeeds when it responds`;
}
