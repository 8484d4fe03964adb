import { DeploytrackError } from '../../errors.ts';
import { groupLabels } from '../../metrics/exposition.ts';
import { type GroupKey, isWellFormed, wellFormed } from '../../model.ts';
import { redact } from '../../redact.ts';
import { splitUrls } from '../../settings/check.ts';

/** The address of a gateway. */
export interface GatewayAddress {
  /** Without user, password and trailing slash: may be stored and shown. */
  readonly url: string;
  /** The credentials in the URL; never to be shown. */
  readonly userinfo: { readonly username: string; readonly password: string } | null;
}

/**
 * Parses the URL of a gateway. Throws SETTING if there is no http(s) scheme, no host, or a query; does not show a
 * password.
 */
export function gatewayAddress(text: string): GatewayAddress {
  if (!/^https?:\/\//i.test(text)) throw wrong(text, 'it has no scheme');
  if (!URL.canParse(text)) throw wrong(text, 'it cannot be parsed');
  const { protocol, host, pathname, search, hash, username, password } = new URL(text);
  if (search !== '' || hash !== '') throw wrong(text, 'it has a query part, which is never sent');
  const url = `${protocol}//${host}${withoutLastSlashes(pathname)}`;
  const hasUser = username !== '' || password !== '';
  return { url, userinfo: hasUser ? { username: decoded(username), password: decoded(password) } : null };
}

/**
 * The addresses of all gateways of a setting, each once, in its order; of one that occurs twice, that with a user. Throws
 * like `gatewayAddress`.
 */
export function gatewayAddresses(text: string): GatewayAddress[] {
  const byUrl = new Map<string, GatewayAddress>();
  for (const address of splitUrls(text).map(gatewayAddress))
    if ((byUrl.get(address.url)?.userinfo ?? null) === null) byUrl.set(address.url, address);
  return [...byUrl.values()];
}

function wrong(text: string, what: string): DeploytrackError {
  return new DeploytrackError({
    code: 'SETTING',
    message: `invalid gateway URL ${JSON.stringify(shownGateway(text).slice(0, 200))}: ${what}`,
    hint: 'use http://gateway:9091 or https://host/base',
  });
}

/** The URLs of the gateways of a setting as they may be shown. */
export function shownGateways(text: string): string {
  return splitUrls(text).map(shownGateway).join(', ');
}

/** The URL of a gateway as it may be shown, even an invalid one: without user, password and query. */
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

/**
 * The path of a group below a gateway's URL: `/metrics/job/deploytrack/instance/…/deployment/…/environment/…`. Throws
 * SETTING for a value that must not be sent: one ill-formed value makes the gateway fail for all groups.
 */
export function groupPath(key: GroupKey): string {
  return `/metrics/${groupLabels(key).map(segment).join('/')}`;
}

function segment([label, value]: readonly [label: string, value: string]): string {
  const wrong = whatIsWrong(value);
  if (wrong !== null) {
    throw new DeploytrackError({
      code: 'SETTING',
      message: `the ${label} ${JSON.stringify(wellFormed(value.slice(0, 80)))} cannot be sent: it ${wrong}`,
      hint: `use 1 to 255 bytes of text without control characters for --${label}`,
    });
  }
  return isPlain(value) ? `${label}/${value}` : `${label}@base64/${Buffer.from(value).toString('base64url')}`;
}

function whatIsWrong(value: string): string | null {
  if (value === '') return 'is empty';
  if (!isWellFormed(value)) return 'is not well-formed text';
  if (/\p{Cc}/u.test(value)) return 'has control characters';
  return Buffer.byteLength(value) > 255 ? 'is longer than 255 bytes' : null;
}

/** A slash, `.` and `..` would be normalized into another group's path; proxies may change other characters. */
function isPlain(value: string): boolean {
  return /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/.test(value);
}
