import { readFileSync } from 'node:fs';
import { isIP, Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Client, QueryResult } from 'pg';
import type { Context } from '../context.ts';
import { stopwatch } from '../duration.ts';
import { addressesOf } from '../network/lookup.ts';
import type { StoreAddress } from './storeAddress.ts';
import { StoreError, storeError } from './storeProblem.ts';

/** A connection that nothing waits for longer than its caller. */
export interface Connection {
  readonly shown: string;
  /** Sends a statement at once, without waiting for the answer to the one before. */
  query(text: string, how: { values?: readonly unknown[]; timeoutMs: number }): Promise<QueryResult>;
  /** Never waits: a server that is gone would keep the process. */
  close(): void;
}

/** The program as the database's administrator sees it. */
const applicationName = 'deploytrack';

/** Connects within `timeoutMs`, to the first address of the host that answers. Throws a StoreError. */
export async function connect(
  context: Context,
  address: StoreAddress,
  { timeoutMs }: { timeoutMs: number },
): Promise<Connection> {
  const { host, shown } = address;
  const tookMs = stopwatch(context);
  try {
    const isName = isIP(host) === 0 && !host.startsWith('/');
    const places = isName ? await addressesOf(context, { hostname: host, timeoutMs }) : [host];
    let failed: unknown = null;
    for (const place of places) {
      try {
        return await connectTo(address, { place, timeoutMs: Math.max(1, timeoutMs - tookMs()) });
      } catch (error) {
        failed ??= error;
      }
    }
    throw failed;
  } catch (error) {
    throw storeError(error, shown);
  }
}

async function connectTo(
  address: StoreAddress,
  { place, timeoutMs }: { place: string; timeoutMs: number },
): Promise<Connection> {
  const { default: pg } = await import('pg');
  const socket = new Socket();
  const client = new pg.Client({
    host: place,
    port: address.port,
    database: address.database,
    user: address.user,
    password: address.password ?? undefined,
    ssl: tlsOf(address),
    connectionTimeoutMillis: timeoutMs,
    application_name: applicationName,
    stream: () => socket,
    pipeline: true,
  } as ConstructorParameters<typeof pg.Client>[0]);
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    socket.destroy();
    throw error;
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

function queryOf(
  client: Client,
  { text, values, queryMs }: { text: string; values: readonly unknown[]; queryMs: number },
): Promise<QueryResult> {
  const how = { text, values: [...values], query_timeout: Math.max(1, Math.ceil(queryMs)) };
  return client.query(how as { text: string; values: unknown[] });
}

function tlsOf({ tls, host, rootCertificate, certificate, key }: StoreAddress): ConnectionOptions | false {
  if (tls === 'disable') return false;
  const files = {
    ...(rootCertificate === null ? {} : { ca: fileOf(rootCertificate, 'sslrootcert') }),
    ...(certificate === null ? {} : { cert: fileOf(certificate, 'sslcert') }),
    ...(key === null ? {} : { key: fileOf(key, 'sslkey') }),
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

function fileOf(path: string, parameter: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new StoreError({
      message: `${parameter} of the store cannot be read: ${(error as Error).message}`,
      hint: 'correct the path in the URL of the store',
      fate: 'later',
    });
  }
}
