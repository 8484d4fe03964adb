import { isIPv6 } from 'node:net';
import { usageError } from '../../errors.ts';
import { type Problem, problemResponse } from '../http/problem.ts';
import type { RequestHeaders } from '../route.ts';
import type { Authenticate } from './authenticate.ts';

/**
 * Keeps web pages of others out: a name of theirs may lead to a loopback address, and a browser sends what it knows to any
 * address that a page asks. `names` are the host names that may be asked for; null: any, where auth or another address guards.
 */
export function guardHost(authenticate: Authenticate, names: readonly string[] | null): Authenticate {
  const isNamed = (host: string) => names === null || isOwnName(host) || names.includes(nameOf(host) ?? '');
  return (asked) => {
    const { hosts, headers, isPage } = asked;
    if (hosts.length > 1 && new Set(hosts).size > 1)
      return problemResponse(400, { message: 'the request names several hosts' });
    if (!hosts.every(isNamed)) return foreignHost(hosts[0] ?? '');
    if (headers['sec-fetch-site'] === 'cross-site' && !(isPage && isNavigation(headers)))
      return problemResponse(403, { message: 'a page of another site asks, and nothing is told to those' });
    return authenticate(asked);
  };
}

function foreignHost(host: string): Problem {
  return problemResponse(421, {
    message: `this server is not asked as ${JSON.stringify(host.slice(0, 100))}`,
    hint: 'ask for localhost, or start it with --allowed-host <name> for a proxy that passes its name on',
  });
}

/** The names of `--allowed-host`, in lower case. Throws a usage error for what is no host name. */
export function allowedHosts(values: readonly string[]): string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((value) => {
      const name = nameOf(value.trim());
      if (name === null || /:\d*$/.test(value.trim().replace(/^\[.*\]/, '')))
        throw usageError(
          `--allowed-host: ${JSON.stringify(value)} is no host name`,
          'expected a name without a port, for example deploys.example.com',
        );
      return name;
    });
}

/** `localhost`, 127.0.0.0/8 or `[::1]`, in the forms that a browser sends, with any port. */
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

/** A host without its port, in lower case; null where it is none. */
function nameOf(host: string): string | null {
  const found = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+)(:\d{0,5})?$/.exec(host);
  return found?.[1]?.toLowerCase() ?? null;
}

function isNavigation(headers: RequestHeaders): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}
