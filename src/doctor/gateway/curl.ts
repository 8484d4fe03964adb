import type { Pushgateway } from '../../push/gateway/pushgateway.ts';
import type { Session } from '../../session.ts';
import { shellArgument } from '../../text/shellArgument.ts';

/** A curl command that asks the gateway what deploytrack asks it, with the same credentials: they are named, not shown. */
export function gatewayCurl(
  session: Session,
  { url }: Pushgateway,
  { path, method = 'GET' }: { path: string; method?: 'GET' | 'DELETE' },
): string {
  const words = ['curl -fsS', ...(method === 'GET' ? [] : [`-X ${method}`]), ...credentialWords(session)];
  return [...words, addressOf(session, { url, path })].join(' ');
}

/** The variable, if it contains user and password: curl sends them too. */
function addressOf({ settings }: Session, { url, path }: { url: string; path: string }): string {
  const setting = settings.of('gateway');
  const hasUser = /^[a-z]+:\/\/[^/]*@/i.test(setting?.text ?? '');
  if (!hasUser || setting?.from !== 'environment') return shellArgument(`${url}${path}`);
  return `"\${${setting.source}%/}${path}"`;
}

const prefix = 'DEPLOYTRACK_GATEWAY_';

function credentialWords({ context: { env } }: Session): string[] {
  const isSet = (name: string) => (env[`${prefix}${name}`] ?? '') !== '';
  /** As a shell reads it; null if it is not set. */
  const asTyped = (name: string) => {
    if (isSet(name)) return `$${prefix}${name}`;
    return isSet(`${name}_FILE`) ? `$(cat "$${prefix}${name}_FILE")` : null;
  };
  const [token, username, password] = ['TOKEN', 'USERNAME', 'PASSWORD'].map(asTyped);
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
