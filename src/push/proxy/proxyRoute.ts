import type { Agent } from 'node:http';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { proxyProblem } from './proxyProblem.ts';
import type { GatewayProxy, Route, RouteRequest } from './route.ts';

type Proxy = Pick<GatewayProxy, 'url' | 'authorization'>;

/**
 * The route through a proxy: absolute URLs for a gateway without TLS, a tunnel (CONNECT) for one with TLS, so that the
 * proxy reads neither credentials nor metrics of it.
 */
export function proxyRoute(proxy: Proxy, request: RouteRequest): Route {
  const connecting = new AbortController();
  const { protocol, hostname } = new URL(request.url);
  const isTunnel = protocol === 'https:';
  let isThrough = false;
  return {
    options: {
      agent: agentFor(proxy, { ...request, isTunnel, signal: connecting.signal }),
      // The agent would take the host from a `Host` of the user, or from a path that begins with two slashes.
      ...(isTunnel ? {} : { path: request.url }),
      // The agent leaves out an address; Node would then accept a certificate for `localhost`.
      ...(isTunnel ? { checkServerIdentity: (_, found) => checkServerIdentity(bare(hostname), found) } : {}),
    },
    follow(sent, refused) {
      // An event of the agents: the proxy has accepted the connection, or has responded to CONNECT.
      sent.on('proxyConnect', ({ statusCode: status }: { statusCode?: number }) => {
        isThrough = true;
        if (isTunnel && status !== 200) refused(proxyProblem(proxy.url, status ?? Number.NaN));
      });
    },
    explain: (line) => {
      if (isThrough) return line.startsWith('the proxy ') ? line : `${line} (through the proxy ${proxy.url})`;
      return `the proxy ${proxy.url}: ${ofAgent.find(([begin]) => line.startsWith(begin))?.[1] ?? line}`;
    },
    close() {
      // The request does not know a connection before it is its own.
      if (!isThrough) connecting.abort();
    },
  };
}

/** Messages of the agent, one of which quotes the proxy. */
const ofAgent = [
  ['Proxy connection ended', 'the connection was closed'],
  ['No header received', 'the response is not HTTP'],
  ['Invalid header from proxy', 'the response is not valid HTTP'],
] as const;

interface AgentRequest extends RouteRequest {
  readonly isTunnel: boolean;
  readonly signal: AbortSignal;
}

function agentFor({ url, authorization }: Proxy, request: AgentRequest): Agent {
  const { lookup, patienceMs, isTunnel, signal } = request;
  const { hostname } = new URL(url);
  const options = {
    headers: authorization === null ? {} : { 'Proxy-Authorization': authorization },
    lookup,
    ...({ autoSelectFamilyAttemptTimeout: patienceMs, signal } as object),
    ...(isIP(bare(hostname)) === 0 ? { servername: hostname } : {}),
  };
  return isTunnel ? new HttpsProxyAgent(url, options) : new HttpProxyAgent(url, options);
}

/** Without the brackets of IPv6. */
function bare(hostname: string): string {
  return hostname.replaceAll(/[[\]]/g, '');
}
