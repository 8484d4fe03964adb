import { isIPv6 } from 'node:net';
import { usageError } from '../../errors.ts';
import { type Problem, problemResponse } from '../http/problem.ts';
import type { RequestHeaders } from '../route.ts';
import type { Authenticate } from './authenticate.ts';

/**
 * Protects against DNS rebinding: the host name of another site may resolve to a loopback address, and a browser sends its
 * credentials to any address that a page requests. `names` are the accepted host names; null accepts any, because
 * authentication or the address protects the server.
 */
export function guardHost(authenticate: Authenticate, names: readonly string[] | null): Authenticate {
  const isNamed = (host: string) => names === null || isOwnName(host) || names.includes(nameOf(host) ?? '');
  return (asked) => {
    const { hosts, headers, isPage } = asked;
    if (hosts.length > 1 && new Set(hosts).size > 1)
      return problemResponse(400, { message: 'bad request: more than one host' });
    if (!hosts.every(isNamed)) return foreignHost(hosts[0] ?? '');
    if (headers['sec-fetch-site'] === 'cross-site' && !(isPage && isNavigation(headers)))
      return problemResponse(403, { message: 'forbidden: the request comes from a page of another site' });
    return authenticate(asked);
  };
}

function foreignHost(host: string): Problem {
  return problemResponse(421, {
    message: `misdirected request: host ${JSON.stringify(host.slice(0, 100))} is not allowed`,
    hint: 'use localhost, or start the server with --allowed-host <name> for the name that a proxy passes on',
  });
}

/** The names of `--allowed-host`, in lower case. Throws a usage error for an invalid host name. */
export function allowedHosts(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((value) => {
      const name = nameOf(value.trim());
      if (name === null || /:\d*$/.test(value.trim().replace(/^\[.*\]/, '')))
        throw usageError(
          `invalid host name ${JSON.stringify(value)} for --allowed-host; expected a name without a port, such as deploys.example.com`,
        );
      return name;
    });
}

/** Whether it is `localhost`, 127.0.0.0/8 or `[::1]`, as browsers send them, with any port. */
function isOwnName(host: string): boolean {
  const name = nameOf(host);
  if (name === null) return false;
  if (name.startsWith('['))
    return isIPv6(name.slice(1, -1)) && new URL(`http://${name}`).hostname === '[::1]';
  return name === 'localhost' || isLoopbackIpv4(name);
}

function isLoopbackIpv4(name: string): boolean {
  const parts = name.split('.');
  const isByte = (part: string) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256;
  return parts.length === 4 && parts[0] === '127' && parts.every(isByte);
}

/** The host without its port, in lower case; null if it is invalid. */
function nameOf(host: string): string | null {
  const found = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+)(:\d{0,5})?$/.exec(host);
  return found?.[1]?.toLowerCase() ?? null;
}

function isNavigation(headers: RequestHeaders): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}
