import { readFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Context } from '../context.ts';
import { addressesInHosts } from './hostsFile.ts';
import { queryNameServers } from './nameServers.ts';
import { candidateNames } from './searchList.ts';
import { querySystem } from './systemResolver.ts';

/** The caller has its own deadline and its own message for it: the look-up ends a little later. */
const graceMs = 100;
const longestPatienceMs = 1000;

/**
 * A look-up for `node:net` and `node:http` that ends within the caller's time: `timeoutMs` for everything together.
 * Node's own continues in a thread that the end of the process waits for, ten seconds and more if a name server is
 * silent.
 */
export function lookupWithin(context: Context, timeoutMs: number): LookupFunction {
  return (hostname, options, callback) => {
    const isWanted = (address: string) =>
      options.family === 6 || options.family === 'IPv6'
        ? isSix(address)
        : options.family === 4 || options.family === 'IPv4'
          ? !isSix(address)
          : true;
    addressesOf(context, { hostname, timeoutMs: timeoutMs + graceMs }).then(
      (found) => {
        const addresses = found
          .filter(isWanted)
          .map((address) => ({ address, family: isSix(address) ? 6 : 4 }));
        const [first] = addresses;
        if (first === undefined) callback(lookupError('ENOTFOUND', hostname), '');
        else if (options.all === true) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

/**
 * The addresses of a host, at least one, the best first: from the hosts file, otherwise the name servers, otherwise the
 * system's other sources. Rejects with the codes of getaddrinfo: ENOTFOUND, or EAI_AGAIN if no source responded in
 * time.
 */
export async function addressesOf(
  context: Context,
  { hostname, timeoutMs }: { hostname: string; timeoutMs: number },
): Promise<string[]> {
  const listed = addressesInHosts(context, hostname);
  if (listed.length > 0) return inOrder(listed);
  if (/^([^.]+\.)*localhost\.?$/i.test(hostname)) return inOrder(['::1', '127.0.0.1']);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), timeoutMs);
  try {
    return inOrder(await ask(context, { hostname, timeoutMs, signal: ending.signal }));
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}

interface Asked {
  readonly hostname: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

async function ask(context: Context, { hostname, timeoutMs, signal }: Asked): Promise<string[]> {
  const names = candidateNames(hostname, {
    resolvConf: resolvConf(),
    env: context.env,
    ownName: context.hostName(),
  });
  const patienceMs = Math.min(timeoutMs / 5, longestPatienceMs);
  // Names below `local` are mostly unknown to name servers, which may never respond for them.
  const beside = /\.local\.?$/i.test(hostname) ? querySystem(context, { hostname, signal }) : null;
  const asked = queryNameServers({ names, patienceMs, signal });
  if (beside !== null) {
    const first = await Promise.race([beside, asked.then((said) => addressesIn(said))]);
    if (first.length > 0) return first;
  }
  const said = await asked;
  const found = addressesIn(said);
  if (found.length > 0) return found;
  const known = await (beside ?? querySystem(context, { hostname, signal }));
  if (known.length > 0) return known;
  throw lookupError(said.outcome === 'unknown' && !signal.aborted ? 'ENOTFOUND' : 'EAI_AGAIN', hostname);
}

function addressesIn(said: Awaited<ReturnType<typeof queryNameServers>>): string[] {
  return said.outcome === 'found' ? [...said.addresses] : [];
}

function resolvConf(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return '';
  }
}

/** Like Node's own look-up: code that reads errors expects these. */
function lookupError(code: 'ENOTFOUND' | 'EAI_AGAIN', hostname: string): NodeJS.ErrnoException {
  const error = new Error(`getaddrinfo ${code} ${hostname}`);
  return Object.assign(error, { code, syscall: 'getaddrinfo', hostname });
}

/**
 * Addresses in the order in which they should be tried (RFC 6724 in short): IPv6 first if this host has such an address
 * itself, otherwise last.
 */
function inOrder(addresses: readonly string[]): string[] {
  const four = addresses.filter((address) => !isSix(address));
  const six = addresses.filter(isSix);
  if (four.length === 0 || six.length === 0) return [...addresses];
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const isUsable = (address: string) =>
    own.some((one) =>
      address === '::1' ? one.address === '::1' : one.family === 'IPv6' && !one.internal && one.scopeid === 0,
    );
  return [...six.filter(isUsable), ...four, ...six.filter((address) => !isUsable(address))];
}

function isSix(address: string): boolean {
  return address.includes(':');
}

/**
 * How long one of several addresses is tried before the next one is tried too. Node's default of 250 ms is all the time
 * that a mark has.
 */
export function connectionPatienceMs(timeoutMs: number): number {
  return Math.round(Math.min(250, Math.max(10, timeoutMs / 4)));
}

/** A look-up, and the message for a deadline that passes during it. */
export interface TimedLookup {
  readonly lookup: LookupFunction;
  /** Null if no name is being looked up. */
  problem(timeoutMs: number): string | null;
}

export function timedLookup(ask: LookupFunction): TimedLookup {
  let isUnderWay = false;
  return {
    lookup: (hostname, options, callback) => {
      isUnderWay = true;
      ask(hostname, options, (...answer) => {
        isUnderWay = false;
        callback(...answer);
      });
    },
    problem: (timeoutMs) =>
      isUnderWay ? `the host name could not be looked up within ${timeoutMs} ms` : null,
  };
}
