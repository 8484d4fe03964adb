import type { Session } from '../../session.ts';
import { shellArgument } from '../../text/shellArgument.ts';
import { type Finding, wrong } from '../finding.ts';
import { gatewayCurl } from './curl.ts';
import type { Failure, GatewayState } from './gatewayState.ts';
import { proxyFix } from './proxyFix.ts';

/** Why nothing can be read from the gateway, and how to fix that. */
export function unreadable(session: Session, state: GatewayState, failure: Failure): Finding {
  const { gateway } = state;
  const ready = `\`${gatewayCurl(session, gateway, { path: '/-/ready' })}\``;
  const shown = `\`${gatewayCurl(session, gateway, { path: '/metrics' })}\``;
  return wrong({
    message: `cannot read the gateway ${gateway.url}: ${withoutAdvice(failure.line)}`,
    meaning: 'dashboards and alerts do not see this host; nothing is lost, because the ledger has it',
    fix: `${proxyFix(failure, { gateway, ready }) ?? fixOf(failure, { url: new URL(gateway.url), ready, shown })}; then run \`deploytrack push\``,
  });
}

/** Newer versions of Node add advice about their own options. */
function withoutAdvice(line: string): string {
  return line.replace(/; if the root CA.*$/s, '');
}

interface Where {
  readonly url: URL;
  /** Commands that show whether it is well, and what responds. */
  readonly ready: string;
  readonly shown: string;
}

function fixOf({ line, status, body }: Failure, where: Where): string {
  if (status === null) return noAnswer(line, where);
  if (status === 401 || status === 403)
    return 'set DEPLOYTRACK_GATEWAY_USERNAME and DEPLOYTRACK_GATEWAY_PASSWORD_FILE, or DEPLOYTRACK_GATEWAY_TOKEN_FILE, to what it accepts';
  if (/HTTP request to an HTTPS server/i.test(body)) return 'use https:// in PUSHGATEWAY_URL';
  if (status >= 300 && status < 400) return 'set PUSHGATEWAY_URL to the final URL';
  if (/from a cache/.test(line)) return `exempt ${where.url.host} from the cache that responds instead`;
  if (status >= 500) return `check its log; ${where.ready} succeeds when it is ready`;
  return `set PUSHGATEWAY_URL to a Pushgateway, with its base path; ${where.shown} shows what responds now`;
}

function noAnswer(line: string, { url, ready, shown }: Where): string {
  const { hostname, host, port, protocol } = url;
  if (/host name/.test(line))
    return `correct the host name in PUSHGATEWAY_URL, or add it to DNS; \`getent hosts ${shellArgument(hostname)}\` finds it then`;
  if (/refused/.test(line))
    return `start the gateway, or correct the port in PUSHGATEWAY_URL; ${ready} succeeds when it responds`;
  if (/^TLS: .*wrong version number/i.test(line)) return 'use http:// in PUSHGATEWAY_URL';
  if (line.startsWith('TLS: ')) {
    const place = protocol === 'https:' && port === '' ? `${host}:443` : host;
    return `set DEPLOYTRACK_GATEWAY_CA_FILE to the certificate of its authority, or renew its certificate; \`openssl s_client -connect ${shellArgument(place)} -showcerts </dev/null\` shows it`;
  }
  if (/not (valid )?HTTP|no Pushgateway/.test(line))
    return `set PUSHGATEWAY_URL to a Pushgateway; ${shown} shows what responds now`;
  return `check the gateway, the network and its firewall; ${ready} succeeds when it responds`;
}
