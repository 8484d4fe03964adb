import type { Pushgateway } from '../../push/gateway/pushgateway.ts';
import type { Session } from '../../session.ts';
import { shellArgument } from '../../text/shellArgument.ts';
import type { Failure } from './gatewayState.ts';
import { proxyCredentialsCommand } from './settingCommands.ts';

/**
 * What to do about a failure of the proxy before the gateway; null if it is the gateway's, or none is set. `ready`: the
 * command that shows whether both work.
 */
export function proxyFix(
  { line, status }: Failure,
  {
    session,
    gateway: { url, proxy = null },
    ready,
  }: { session: Session; gateway: Pushgateway; ready: string },
): string | null {
  if (proxy === null) return null;
  const { hostname, host, port } = new URL(proxy.url);
  if (status !== null && status >= 500)
    return `check the log of the proxy and of the gateway; ${ready} succeeds when both work`;
  if (!line.startsWith('the proxy ')) return null;
  if (/responded (401|407)/.test(line))
    return `set user and password of the proxy: run \`${proxyCredentialsCommand(session.context.env)}\``;
  if (/responded (403|405)/.test(line))
    return `allow CONNECT to ${placeOf(url)} in the configuration of the proxy; ${ready} succeeds when it is allowed`;
  if (/responded 5/.test(line))
    return `check that the gateway runs and that the proxy can reach ${placeOf(url)}; ${ready} succeeds when it can`;
  if (/host name/.test(line))
    return `add the host name of the proxy to DNS, \`getent hosts ${shellArgument(hostname)}\` finds it then; or correct it with \`${anotherProxy}\``;
  if (/refused/.test(line))
    return `start the proxy, or correct it with \`${anotherProxy}\`; ${ready} succeeds when it responds`;
  if (/: TLS: /.test(line))
    return `run \`export NODE_EXTRA_CA_CERTS=<file>\` with the certificate of its authority, or use http:// with \`${anotherProxy}\`; \`openssl s_client -connect ${shellArgument(port === '' ? `${host}:443` : host)} -showcerts </dev/null\` shows it`;
  return `check the proxy, the network and its firewall; ${ready} succeeds when it responds`;
}

const anotherProxy = 'export DEPLOYTRACK_GATEWAY_PROXY=<url>';

function placeOf(url: string): string {
  const { protocol, host, port } = new URL(url);
  if (port !== '') return host;
  return `${host}:${protocol === 'https:' ? 443 : 80}`;
}
