import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Context } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { addressesOf } from '../../network/lookup.ts';
import { type ListenAddress, shownAddress } from '../listenAddress.ts';
import { Connections } from './connections.ts';
import type { Limits } from './limits.ts';
import { refusalOf, refuseRaw } from './rawRefusal.ts';

/** The client is gone, also in the middle of what it sent: there is nobody to answer. */
const leftEarly: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE']);

const lookupTimeoutMs = 5000;

/** Certificate and key as PEM; null: plain HTTP. */
export type Tls = { readonly cert: string | Buffer; readonly key: string | Buffer } | null;

export interface Listening {
  readonly server: Server;
  /** With the port that was really taken. */
  readonly address: ListenAddress;
  readonly connections: Connections;
}

/**
 * Takes the port; requests come to `onRequest`, those that are none, and connections beyond the limit, are refused
 * here and told to `onRefused`. Throws a DeploytrackError where the port cannot be had.
 */
export async function listen(
  address: ListenAddress,
  {
    context,
    tls,
    limits,
    onRequest,
    onRefused,
  }: {
    context: Context;
    tls: Tls;
    limits: Limits;
    onRequest: RequestListener;
    onRefused: (status: number) => void;
  },
): Promise<Listening> {
  const options = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headerTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(1000, limits.headerTimeoutMs / 2),
    noDelay: true,
  };
  const server =
    tls === null
      ? createServer(options, onRequest)
      : createTlsServer({ ...options, ...tls, handshakeTimeout: limits.headerTimeoutMs }, onRequest);
  server.on('checkContinue', onRequest);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (isNobodyToAnswer(error)) return void socket.destroy();
    const refusal = refusalOf(error);
    onRefused(refusal.status);
    refuseRaw(socket as Socket, refusal);
  });
  server.timeout = limits.idleTimeoutMs;
  // Those that are told of the limit are open still: beyond twice as many a client only loses its connection.
  server.maxConnections = limits.connections * 2;
  server.on('drop', () => onRefused(503));
  const connections = new Connections({ limit: limits.connections, isPlain: tls === null, onRefused });
  connections.watch(server);
  await opened(server, { ...address, host: await literal(context, address) });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  return { server, address: { ...address, port }, connections };
}

/** It is gone, or never got through the handshake: an answer would wait for ever to be sent. */
function isNobodyToAnswer({ code = '' }: NodeJS.ErrnoException): boolean {
  return leftEarly.has(code) || /^ERR_(TLS|SSL)_/.test(code);
}

/** A name is looked up within a time of our own. */
async function literal(context: Context, address: ListenAddress): Promise<string | null> {
  const { host: hostname } = address;
  if (hostname === null || isIP(hostname.replace(/%.*$/, '')) !== 0) return hostname;
  try {
    const [first = null] = await addressesOf(context, { hostname, timeoutMs: lookupTimeoutMs });
    return first;
  } catch (error) {
    throw cannotListen(error as NodeJS.ErrnoException, address);
  }
}

function opened(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, address)));
    server.listen({ port: address.port, ...(address.host === null ? {} : { host: address.host }) }, () => {
      server.removeAllListeners('error');
      server.on('error', () => {}); // one connection that could not be taken ends nothing
      resolve();
    });
  });
}

function cannotListen(error: NodeJS.ErrnoException, address: ListenAddress): DeploytrackError {
  const shown = shownAddress(address);
  const reasons: Readonly<Record<string, [message: string, hint: string]>> = {
    EADDRINUSE: [`${shown} is in use by another program`, 'stop it, or name another port with --listen'],
    EACCES: [`${shown} may not be taken by this account`, 'name a port from 1024 on with --listen'],
    EADDRNOTAVAIL: [`${shown} is no address of this machine`, 'name another with --listen'],
    ENOTFOUND: [`${shown}: no such host`, 'name another with --listen'],
    EAI_AGAIN: [`${shown}: the host cannot be looked up now`, 'name an address with --listen'],
  };
  const [message, hint] = reasons[error.code ?? ''] ?? [
    `${shown} cannot be listened on: ${error.message}`,
    'name another address with --listen',
  ];
  return new DeploytrackError({ code: 'REFUSED', message, hint, cause: error });
}
