import { isIP, Socket } from 'node:net';
import { resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import type { Client, QueryResult } from 'pg';
import type { Context } from '../context.ts';
import { stopwatch } from '../duration.ts';
import { readWithin } from '../files/fileWithin.ts';
import { limitBytes } from '../files/readNamed.ts';
import { addressesOf } from '../network/lookup.ts';
import { type Guarded, guard } from './guard.ts';
import type { StoreAddress } from './storeAddress.ts';
import { isSilence, StoreError, storeError, withoutPassword } from './storeProblem.ts';
import { strange } from './wireGuard.ts';

/** The longest answers that are read: of the rows for a report, and of what was sent. */
const mostReadBytes = 512 * 1024 * 1024;
const mostSentBytes = 128 * 1024 * 1024;

/** A connection that nothing waits for longer than its caller. */
export interface Connection {
  readonly shown: string;
  /** Sends a statement at once, without waiting for the answer to the one before. */
  query(text: string, how: { values?: readonly unknown[]; timeoutMs: number }): Promise<QueryResult>;
  /** Never waits: a server that is gone would keep the process. */
  close(): void;
}

/**
 * Connects within `timeoutMs`, to the first address of the host that answers; an address that is silent leaves time for
 * those after it. Throws a StoreError; `reads`: with the hint for a command that sends nothing.
 */
export async function connect(
  context: Context,
  address: StoreAddress,
  { timeoutMs, reads = false }: { timeoutMs: number; reads?: boolean },
): Promise<Connection> {
  const { host, shown } = address;
  const tookMs = stopwatch(context);
  try {
    const isName = isIP(host) === 0 && !host.startsWith('/');
    const places = isName ? await addressesOf(context, { hostname: host, timeoutMs }) : [host];
    let failed: unknown = null;
    const ssl = await tlsOf(context, address, { timeoutMs });
    for (const [at, place] of places.entries()) {
      try {
        const shareMs = Math.max(1, (timeoutMs - tookMs()) / (places.length - at));
        const placeMs = Math.min(shareMs, address.connectMs ?? shareMs);
        return await connectTo(address, { place, ssl, timeoutMs: placeMs, reads });
      } catch (error) {
        // Of several addresses, what one has answered says more than the silence of another.
        if (failed === null || (isSilence(failed) && !isSilence(error))) failed = error;
      }
    }
    throw failed;
  } catch (error) {
    throw storeError(error, shown, { reads });
  }
}

async function connectTo(
  address: StoreAddress,
  {
    place,
    ssl,
    timeoutMs,
    reads,
  }: { place: string; ssl: ConnectionOptions | false; timeoutMs: number; reads: boolean },
): Promise<Connection> {
  const socket = new Socket();
  const client = await clientOf(address, { place, ssl, timeoutMs, socket });
  guard(client as unknown as Guarded, { mostBytes: reads ? mostReadBytes : mostSentBytes });
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    throw withoutPassword(error, address.password);
  }
  return {
    shown: address.shown,
    query: (text, { values = [], timeoutMs: queryMs }) => queryOf(client, { text, values, queryMs }),
    close() {
      void client.end().catch(() => {});
      // After what was written: the server is told that this is the end.
      socket.end(() => socket.destroy());
      socket.unref();
    },
  };
}

/** Not connected. */
async function clientOf(
  { port, database, user, applicationName, ...address }: StoreAddress,
  {
    place,
    ssl,
    timeoutMs,
    socket,
  }: { place: string; ssl: ConnectionOptions | false; timeoutMs: number; socket: Socket },
): Promise<Client> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    host: place,
    port,
    database,
    user,
    // A function: without one, the library reads files and prints warnings of its own.
    password: () => passwordOf(address),
    ssl,
    sslnegotiation: 'postgres',
    connectionTimeoutMillis: timeoutMs,
    application_name: applicationName,
    stream: () => socket,
    pipeline: true,
  } as ConstructorParameters<typeof pg.Client>[0]);
  // Of the environment; PgBouncer refuses them.
  Object.assign((client as unknown as { connectionParameters: object }).connectionParameters, {
    options: undefined,
    replication: undefined,
  });
  speakIso(client);
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => {});
  return client;
}

/** The library reads no other dates. A database, or a role, may have those of its country; PgBouncer takes this setting. */
function speakIso(client: Client): void {
  const own = client as unknown as { getStartupConf: () => object };
  const said = own.getStartupConf.bind(client);
  own.getStartupConf = () => ({ ...said(), DateStyle: 'ISO, YMD' });
}

function queryOf(
  client: Client,
  { text, values, queryMs }: { text: string; values: readonly unknown[]; queryMs: number },
): Promise<QueryResult> {
  const how = { text, values: [...values], query_timeout: Math.max(1, Math.ceil(queryMs)) };
  return client.query(how as { text: string; values: unknown[] }).catch((error: unknown) => {
    // The library does not expect every answer.
    throw error instanceof TypeError ? strange(error.message) : error;
  });
}

function passwordOf({
  password,
  passwordHint,
  shown,
}: Pick<StoreAddress, 'password' | 'passwordHint' | 'shown'>): string {
  if (password !== null) return password;
  throw new StoreError({
    message: `the store ${shown} asks for a password, and none is set`,
    hint: passwordHint,
    fate: 'later',
  });
}

async function tlsOf(
  context: Context,
  { tls, host, rootCertificate, certificate, key }: StoreAddress,
  { timeoutMs }: { timeoutMs: number },
): Promise<ConnectionOptions | false> {
  if (tls === 'disable') return false;
  const file = (path: string, parameter: string) => fileOf(context, { path, parameter, timeoutMs });
  // The authorities of the system: those that Node has anyway.
  const hasRoot = rootCertificate !== null && rootCertificate !== 'system';
  const files = {
    ...(hasRoot ? { ca: await file(rootCertificate, 'sslrootcert') } : {}),
    ...(certificate === null ? {} : { cert: await file(certificate, 'sslcert') }),
    ...(key === null ? {} : { key: await file(key, 'sslkey') }),
  };
  // As libpq: a named authority is always verified against.
  const isVerified = tls !== 'require' || rootCertificate !== null;
  return {
    ...files,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    host,
    rejectUnauthorized: isVerified,
    ...(tls === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
  };
}

async function fileOf(
  context: Context,
  { path, parameter, timeoutMs }: { path: string; parameter: string; timeoutMs: number },
): Promise<Buffer> {
  try {
    return await readWithin(context, resolve(context.cwd, path), {
      mostBytes: limitBytes.words,
      withinMs: timeoutMs,
    });
  } catch (error) {
    throw new StoreError({
      message: `${parameter} of the store, ${path}, cannot be read: ${(error as Error).message}`,
      hint: 'correct the path in the URL of the store',
      fate: 'later',
    });
  }
}
