import { createSecureContext } from 'node:tls';
import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import type { Tls } from '../http/listen.ts';
import { isLoopback, type ListenAddress, parseListenAddress, shownAddress } from '../listenAddress.ts';
import type { ServeInput } from '../serveInput.ts';
import { type Authenticate, admission } from './authenticate.ts';
import { allowedHosts, guardHost } from './hostGuard.ts';
import { fileOf } from './secret.ts';

/** Address, TLS and authentication of the server. */
export interface ListenerConfig {
  readonly address: ListenAddress;
  readonly tls: Tls;
  readonly authenticate: Authenticate;
  /** The accepted schemes: `none`, `bearer`, `basic`, `bearer, basic`. */
  readonly auth: string;
}

/** Reads options and environment. Throws a usage error for invalid ones, and for an open server without --insecure. */
export async function readListenerConfig(context: Context, input: ServeInput): Promise<ListenerConfig> {
  const address = parseListenAddress(input.listen);
  const tls = await readTls(context, input);
  const admitted = await admission(context);
  // TLS alone does not restrict who can read.
  if (!isLoopback(address) && admitted === null && !input.insecure)
    throw usageError(
      `refusing to listen on ${shownAddress(address)} without authentication: other machines can reach it`,
      'set DEPLOYTRACK_SERVE_TOKEN, or use --insecure; TLS alone does not restrict who can read',
    );
  const named = allowedHosts(input.allowedHost);
  const isGuarded = named.length === 0 && (admitted !== null || !isLoopback(address));
  return {
    address,
    tls,
    authenticate: guardHost(admitted?.authenticate ?? (() => null), isGuarded ? null : named),
    auth: admitted?.schemes.join(', ') ?? 'none',
  };
}

async function readTls(context: Context, input: ServeInput): Promise<Tls> {
  const { tlsCert: cert, tlsKey: key } = input;
  if (cert === null && key === null) return null;
  if (cert === null || key === null)
    throw usageError(
      `${cert === null ? '--tls-cert' : '--tls-key'} is missing`,
      'set both --tls-cert and --tls-key, each a PEM file',
    );
  const tls = {
    cert: await fileOf(context, { path: cert, askedBy: '--tls-cert' }),
    key: await fileOf(context, { path: key, askedBy: '--tls-key' }),
  };
  try {
    createSecureContext(tls);
  } catch (error) {
    throw usageError(
      `invalid --tls-cert or --tls-key: ${(error as Error).message}; expected a certificate and its private key, each as PEM`,
    );
  }
  return tls;
}
