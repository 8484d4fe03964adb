import { DeploytrackError } from '../errors.ts';

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
  const url = `${protocol}//${host}${pathname.replace(/\/+$/, '')}`;
  const hasUser = username !== '' || password !== '';
  return { url, userinfo: hasUser ? { username: decoded(username), password: decoded(password) } : null };
}

function wrong(text: string, what: string): DeploytrackError {
  return new DeploytrackError({
    code: 'SETTING',
    message: `the gateway's address ${JSON.stringify(withoutSecrets(text).slice(0, 200))} ${what}`,
    hint: 'an address looks like http://gateway:9091 or https://host/base',
  });
}

/** Everything up to the last @ may be a password, and a query a token. */
function withoutSecrets(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?.*@/is, '$1').replace(/([?#]).+$/s, '$1…');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
