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

/** Errors after which the client is gone, so that there is no response. */
const leftEarly: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_EOF_STATE']);

const lookupTimeoutMs = 5000;

/** Certificate and key as PEM; null: plain HTTP. */
export type Tls = { readonly cert: string | Buffer; readonly key: string | Buffer } | null;

export interface Listening {
  readonly server: Server;
  /** With the port that is really used. */
  readonly address: ListenAddress;
  readonly connections: Connections;
}

/**
 * Listens on the port and passes requests to `onRequest`. Malformed requests and connections beyond the limit are refused
 * here and reported to `onRefused`. Throws a DeploytrackError if the port cannot be used.
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
    if (isClientGone(error)) return void socket.destroy();
    const refusal = refusalOf(error);
    onRefused(refusal.status);
    refuseRaw(socket as Socket, refusal);
  });
  server.timeout = limits.idleTimeoutMs;
  // Connections that get a 503 are still open. Beyond twice the limit, connections are dropped without a response.
  server.maxConnections = limits.connections * 2;
  server.on('drop', () => onRefused(503));
  const connections = new Connections({ limit: limits.connections, isPlain: tls === null, onRefused });
  connections.watch(server);
  await opened(server, { ...address, host: await literal(context, address) });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  return { server, address: { ...address, port }, connections };
}

/** The client is gone or its handshake failed: a response could never be sent. */
function isClientGone({ code = '' }: NodeJS.ErrnoException): boolean {
  return leftEarly.has(code) || /^ERR_(TLS|SSL)_/.test(code);
}

/** Resolves a host name with our own time limit. */
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
      server.on('error', () => {}); // an error of one connection must not end the server
      resolve();
    });
  });
}

function cannotListen(error: NodeJS.ErrnoException, address: ListenAddress): DeploytrackError {
  const shown = shownAddress(address);
  const reasons: Readonly<Record<string, [message: string, hint: string]>> = {
    EADDRINUSE: [
      `cannot listen on ${shown}: another program uses it`,
      'stop that program, or set another port with --listen',
    ],
    EACCES: [`cannot listen on ${shown}: permission denied`, 'set a port from 1024 to 65535 with --listen'],
    EADDRNOTAVAIL: [
      `cannot listen on ${shown}: this machine does not have that address`,
      'set another address with --listen',
    ],
    ENOTFOUND: [`cannot listen on ${shown}: host not found`, 'set another host with --listen'],
    EAI_AGAIN: [
      `cannot listen on ${shown}: the host name cannot be resolved now`,
      'set an IP address with --listen',
    ],
  };
  const [message, hint] = reasons[error.code ?? ''] ?? [
    `cannot listen on ${shown}: ${error.message}`,
    'set another address with --listen',
  ];
  return new DeploytrackError({ code: 'REFUSED', message, hint, cause: error });
}
