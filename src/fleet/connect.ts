import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { Client } from 'pg';
import { type StoreAddress } from './storeAddress.ts';
import { StoreError, storeError } from './storeProblem.ts';

export interface Connection {
  readonly client: Client;
  readonly shown: string;
  close(): Promise<void>;
}

/** The program as the database's administrator sees it. */
const applicationName = 'deploytrack';

/**
 * Connects within `timeoutMs`. Statements are sent without waiting for the answer to the one before. Throws a StoreError.
 */
export async function connect(address: StoreAddress, { timeoutMs }: { timeoutMs: number }): Promise<Connection> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    // Never from a file or variable that only the library knows.
    password: address.password ?? '',
    ssl: tlsOf(address),
    connectionTimeoutMillis: Math.max(1, timeoutMs),
    application_name: applicationName,
    keepAlive: false,
    pipeline: true,
  } as ConstructorParameters<typeof pg.Client>[0]);
  // A connection that breaks between two statements is reported by the next one.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => {});
    throw storeError(error, address.shown);
  }
  return { client, shown: address.shown, close: () => client.end().catch(() => {}) };
}

function tlsOf(address: StoreAddress): ConnectionOptions | false {
  const { tls, host, rootCertificate, certificate, key } = address;
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
    servername: host,
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
