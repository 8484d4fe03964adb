import { DeploytrackError } from '../../errors.ts';
import { redact } from '../../redact.ts';

/** Where a gateway is. */
export interface GatewayAddress {
  /** Without user, password and the slash at the end: may be stored and shown. */
  readonly url: string;
  /** What the address carried; not to be shown. */
  readonly userinfo: { readonly username: string; readonly password: string } | null;
}

/** Takes an address apart. Throws SETTING where there is no http(s) scheme or no host, or a query; shows no password. */
export function gatewayAddress(text: string): GatewayAddress {
  if (!/^https?:\/\//i.test(text)) throw wrong(text, 'has no scheme');
  if (!URL.canParse(text)) throw wrong(text, 'is no valid URL');
  const { protocol, host, pathname, search, hash, username, password } = new URL(text);
  if (search !== '' || hash !== '') throw wrong(text, 'has a query part, which is never sent');
  const url = `${protocol}//${host}${withoutLastSlashes(pathname)}`;
  const hasUser = username !== '' || password !== '';
  return { url, userinfo: hasUser ? { username: decoded(username), password: decoded(password) } : null };
}

function wrong(text: string, what: string): DeploytrackError {
  return new DeploytrackError({
    code: 'SETTING',
    message: `the gateway's address ${JSON.stringify(shownGateway(text).slice(0, 200))} ${what}`,
    hint: 'an address looks like http://gateway:9091 or https://host/base',
  });
}

/** The address of a gateway as it may be shown, also one that is none: without user, password and query. */
export function shownGateway(text: string): string {
  if (!URL.canParse(text)) return redact(withoutUser(text).replace(/[?#].*$/s, ''));
  const { protocol, host, pathname } = new URL(text);
  return redact(`${protocol}//${host}${pathname === '/' ? '' : pathname}`);
}

/** Everything up to the last @ may be a password. */
function withoutUser(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?.*@/is, '$1');
}

function withoutLastSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
