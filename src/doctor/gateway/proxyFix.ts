import type { Pushgateway } from '../../push/gateway/pushgateway.ts';
import { shellArgument } from '../../text/shellArgument.ts';
import type { Failure } from './gatewayState.ts';

/**
 * What to do about a failure of the proxy before the gateway; null if it is the gateway's, or none is set. `ready`: the
 * command that shows whether both work.
 */
export function proxyFix(
  { line, status }: Failure,
  { gateway: { url, proxy = null }, ready }: { gateway: Pushgateway; ready: string },
): string | null {
  if (proxy === null) return null;
  const { hostname, host, port } = new URL(proxy.url);
  if (status !== null && status >= 500)
    return `check the log of the proxy and of the gateway; ${ready} succeeds when both work`;
  if (!line.startsWith('the proxy ')) return null;
  if (/responded (401|407)/.test(line))
    return 'set DEPLOYTRACK_GATEWAY_PROXY_USERNAME and DEPLOYTRACK_GATEWAY_PROXY_PASSWORD_FILE to what the proxy accepts';
  if (/responded (403|405)/.test(line))
    return `allow CONNECT to ${placeOf(url)} in the configuration of the proxy; ${ready} succeeds when it is allowed`;
  if (/responded 5/.test(line))
    return `check that the gateway runs and that the proxy can reach ${placeOf(url)}; ${ready} succeeds when it can`;
  if (/host name/.test(line))
    return `correct the host name in DEPLOYTRACK_GATEWAY_PROXY, or add it to DNS; \`getent hosts ${shellArgument(hostname)}\` finds it then`;
  if (/refused/.test(line))
    return `start the proxy, or correct the port in DEPLOYTRACK_GATEWAY_PROXY; ${ready} succeeds when it responds`;
  if (/: TLS: /.test(line))
    return `set NODE_EXTRA_CA_CERTS to the certificate of its authority, or use http:// in DEPLOYTRACK_GATEWAY_PROXY; \`openssl s_client -connect ${shellArgument(port === '' ? `${host}:443` : host)} -showcerts </dev/null\` shows it`;
  return `check the proxy, the network and its firewall; ${ready} succeeds when it responds`;
}

function placeOf(url: string): string {
  const { protocol, host, port } = new URL(url);
  if (port !== '') return host;
  return `${host}:${protocol === 'https:' ? 443 : 80}`;
}
