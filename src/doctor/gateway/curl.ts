import { gatewayAddress } from '../../push/gateway/gatewayAddress.ts';
import type { Pushgateway } from '../../push/gateway/pushgateway.ts';
import { environmentProxy } from '../../push/proxy/environmentProxy.ts';
import type { GatewayProxy } from '../../push/proxy/route.ts';
import type { Session } from '../../session.ts';
import { splitUrls } from '../../settings/check.ts';
import { shellArgument } from '../../text/shellArgument.ts';

/** A curl command that asks the gateway what deploytrack asks it, with the same credentials: they are named, not shown. */
export function gatewayCurl(
  session: Session,
  { url, proxy = null }: Pushgateway,
  { path, method = 'GET' }: { path: string; method?: 'GET' | 'DELETE' },
): string {
  const words = ['curl -fsS', ...(method === 'GET' ? [] : [`-X ${method}`]), ...credentialWords(session)];
  return [...words, ...proxyWords(session, { url, proxy }), addressOf(session, { url, path })].join(' ');
}

/** The variable, if it contains user and password: curl sends them too. */
function addressOf({ settings }: Session, { url, path }: { url: string; path: string }): string {
  const setting = settings.of('gateway');
  const texts = splitUrls(setting?.text ?? '');
  const hasUser = /^[a-z]+:\/\/[^/]*@/i.test(texts[0] ?? '');
  if (texts.length > 1) return shellArgument(`${withUser(url, texts)}${path}`);
  if (!hasUser || setting?.from !== 'environment') return shellArgument(`${url}${path}`);
  return `"\${${setting.source}%/}${path}"`;
}

/** Of several, with a place for the user and password that this one has. */
function withUser(url: string, texts: readonly string[]): string {
  const userinfo = texts.map(gatewayAddress).find((address) => address.url === url)?.userinfo ?? null;
  return userinfo === null ? url : url.replace('//', '//<user>:<password>@');
}

/** The same proxy, or none: curl itself uses the general variables. */
function proxyWords(
  { settings, context: { env } }: Session,
  { url, proxy }: { url: string; proxy: GatewayProxy | null },
): string[] {
  if (proxy === null) {
    const names = [url.startsWith('https:') ? 'https_proxy' : 'http_proxy', 'all_proxy'];
    const isSet = names.some((name) => (env[name] || env[name.toUpperCase()] || '') !== '');
    return isSet ? ["--noproxy '*'"] : [];
  }
  const setting = settings.of('gateway-proxy');
  const variable = setting?.from === 'environment' ? setting.source : null;
  const named = setting?.text === 'environment' ? (environmentProxy(env, url)?.variable ?? null) : variable;
  const [username = null, password = null] = ['PROXY_USERNAME', 'PROXY_PASSWORD'].map((name) =>
    asTyped(env, name),
  );
  const user = username === null ? [] : [`-U "${username}:${password ?? ''}"`];
  return [`-x ${named === null ? shellArgument(proxy.url) : `"$${named}"`}`, ...user];
}

const prefix = 'DEPLOYTRACK_GATEWAY_';

type Environment = Readonly<Record<string, string | undefined>>;

/** A secret as a shell reads it; null if it is not set. */
function asTyped(env: Environment, name: string): string | null {
  const isSet = (variable: string) => (env[variable] ?? '') !== '';
  if (isSet(`${prefix}${name}`)) return `$${prefix}${name}`;
  return isSet(`${prefix}${name}_FILE`) ? `$(cat "$${prefix}${name}_FILE")` : null;
}

function credentialWords({ context: { env } }: Session): string[] {
  const isSet = (name: string) => (env[`${prefix}${name}`] ?? '') !== '';
  const [token = null, username = null, password = null] = ['TOKEN', 'USERNAME', 'PASSWORD'].map((name) =>
    asTyped(env, name),
  );
  const own = token === null ? [] : [`-H "Authorization: Bearer ${token}"`];
  const user = token === null && username !== null ? [`-u "${username}:${password ?? ''}"`] : [];
  return [
    ...own,
    ...user,
    ...(isSet('HEADERS') ? [`-H "$${prefix}HEADERS"`] : []),
    ...(isSet('HEADERS_FILE') ? [`-H @"$${prefix}HEADERS_FILE"`] : []),
    ...(isSet('CA_FILE') ? [`--cacert "$${prefix}CA_FILE"`] : []),
  ];
}
