import type { Pushgateway } from '../../push/gateway/pushgateway.ts';
import type { Session } from '../../session.ts';
import { shellArgument } from '../../text/shellArgument.ts';

/** A curl command that asks the gateway what deploytrack asks it, with the same credentials: they are named, not shown. */
export function gatewayCurl(
  session: Session,
  { url, proxy = null }: Pushgateway,
  { path, method = 'GET' }: { path: string; method?: 'GET' | 'DELETE' },
): string {
  const words = ['curl -fsS', ...(method === 'GET' ? [] : [`-X ${method}`]), ...credentialWords(session)];
  return [...words, ...proxyWords(session, proxy), addressOf(session, { url, path })].join(' ');
}

/** The variable, if it contains user and password: curl sends them too. */
function addressOf({ settings }: Session, { url, path }: { url: string; path: string }): string {
  const setting = settings.of('gateway');
  const hasUser = /^[a-z]+:\/\/[^/]*@/i.test(setting?.text ?? '');
  if (!hasUser || setting?.from !== 'environment') return shellArgument(`${url}${path}`);
  return `"\${${setting.source}%/}${path}"`;
}

const prefix = 'DEPLOYTRACK_GATEWAY_';

/** curl would use a proxy of the environment also without our setting. */
function proxyWords({ settings, context: { env } }: Session, proxy: Pushgateway['proxy']): string[] {
  const isInEnvironment = Object.keys(env).some((name) => /^(https?|all)_proxy$/i.test(name));
  if (proxy == null) return isInEnvironment ? [`--noproxy '*'`] : [];
  const setting = settings.of('gateway-proxy');
  if (setting?.text === 'environment') return [];
  const user = secretWord(env, 'PROXY_USERNAME');
  return [
    `-x ${setting?.from === 'environment' ? `"$${prefix}PROXY"` : shellArgument(proxy.url)}`,
    ...(user === null ? [] : [`-U "${user}:${secretWord(env, 'PROXY_PASSWORD') ?? ''}"`]),
  ];
}

/** A secret as a shell reads it; null if it is not set. */
function secretWord(env: Session['context']['env'], name: string): string | null {
  const isSet = (variable: string) => (env[prefix + variable] ?? '') !== '';
  if (isSet(name)) return `$${prefix}${name}`;
  return isSet(`${name}_FILE`) ? `$(cat "$${prefix}${name}_FILE")` : null;
}

function credentialWords({ context: { env } }: Session): string[] {
  const isSet = (name: string) => (env[`${prefix}${name}`] ?? '') !== '';
  const [token = null, username = null, password] = ['TOKEN', 'USERNAME', 'PASSWORD'].map((name) =>
    secretWord(env, name),
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
