import { isIP } from 'node:net';
import { usageError } from '../errors.ts';
import { parsedStore } from '../settings/storeUrl.ts';

export const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** The place of a store and the way to connect to it, as libpq reads such a URL. The password is never shown. */
export interface StoreAddress {
  /** A host name, an address, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | null;
  /** What to do if a password is asked for and there is none. */
  readonly passwordHint: string;
  readonly tls: TlsMode;
  /** Files with PEM; null: none is named. */
  readonly rootCertificate: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
  /** For each address of the host; null: only the time limit of the command. */
  readonly connectMs: number | null;
  /** As the administrator of the database sees the program. */
  readonly applicationName: string;
  /** For messages. */
  readonly shown: string;
}

const known = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host', 'application_name', 'connect_timeout'];
const hint = 'expected postgres://user@host:5432/database?sslmode=verify-full';
const passwordHint =
  'set DEPLOYTRACK_STORE_PASSWORD, or DEPLOYTRACK_STORE_PASSWORD_FILE, or add a line to ~/.pgpass';

/**
 * Without `sslmode`, TLS with a verified certificate; none on loopback and on a socket. Throws a usage error for what
 * is not such a URL; the message does not show the password.
 */
export function storeAddress(text: string): StoreAddress {
  const url = parsedStore(text);
  if (url === null) throw usageError('the store is not a URL', hint);
  // The rest of a password that has these: it must not be shown as a part of the address.
  const parameters = url.searchParams;
  const strange = [...parameters.keys()].find((name) => !known.includes(name));
  const isRest = strange !== undefined && !/^[a-z_]+$/.test(strange);
  if (/^\/.*[/@]/.test(url.pathname) || url.hash !== '' || isRest)
    throw usageError(
      'the URL of the store has /, @, # or ? in its password or database',
      'write them as %2F, %40, %23 and %3F, or set the password in DEPLOYTRACK_STORE_PASSWORD',
    );
  if (strange !== undefined)
    throw usageError(
      `the URL of the store has an unknown parameter: ${strange}`,
      `expected ${known.join(', ')}`,
    );
  const host = parameters.get('host') ?? decoded(url.hostname.replace(/^\[|\]$/g, ''));
  const database = decoded(url.pathname.slice(1));
  const user = decoded(url.username);
  if (host === '' || database === '' || user === '')
    throw usageError('the URL of the store lacks the host, the database or the user', hint);
  const port = url.port === '' ? 5432 : Number(url.port);
  return {
    host,
    port,
    database,
    user,
    password: url.password === '' ? null : decoded(url.password),
    passwordHint,
    tls: tlsMode(parameters.get('sslmode'), host),
    rootCertificate: parameters.get('sslrootcert'),
    certificate: parameters.get('sslcert'),
    key: parameters.get('sslkey'),
    connectMs: connectMs(parameters.get('connect_timeout')),
    applicationName: parameters.get('application_name') ?? 'deploytrack',
    shown: `${host}:${port}/${database}`,
  };
}

function tlsMode(said: string | null, host: string): TlsMode {
  if (said === null) return isLocal(host) ? 'disable' : 'verify-full';
  const mode = tlsModes.find((one) => one === said);
  if (mode !== undefined) return mode;
  throw usageError(
    `sslmode=${said} is not supported for the store`,
    `expected ${tlsModes.join(', ')}; allow and prefer would send the password without TLS if an attacker on the network asks for it`,
  );
}

/** Whole seconds; 0 means without a limit, as for libpq. */
function connectMs(said: string | null): number | null {
  if (said === null || /^0+$/.test(said)) return null;
  if (/^\d{1,6}$/.test(said)) return Number(said) * 1000;
  throw usageError(
    'connect_timeout in the URL of the store is not a number of seconds',
    'write for example connect_timeout=5',
  );
}

/** What is sent to a socket or to loopback stays on this host. */
function isLocal(name: string): boolean {
  const host = name.toLowerCase();
  return (
    host.startsWith('/') ||
    host === 'localhost' ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw usageError('the URL of the store has an invalid % escape', hint);
  }
}
