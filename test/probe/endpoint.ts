import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Endpoint {
  readonly port: number;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** A real HTTP server on loopback that ends with the test. */
export function startHttp(listener: RequestListener, { port = 0 } = {}): Promise<Endpoint> {
  return listen(createHttpServer(listener), port);
}

/** The same with TLS. */
export function startHttps(
  certificate: { readonly key: string; readonly cert: string },
  listener: RequestListener,
  { port = 0 } = {},
): Promise<Endpoint> {
  return listen(createHttpsServer(certificate, listener), port);
}

/** A server for bare TCP connections. */
export function startTcp(onSocket: (socket: Socket) => void): Promise<Endpoint> {
  return listen(createTcpServer(onSocket), 0);
}

/** Responds to every request with this body. */
export function answering(body: unknown, statusCode = 200): RequestListener {
  return (_request, response) => {
    response.writeHead(statusCode, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

async function listen(server: Server, port: number): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  async function close(): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  onTestFinished(close);
  return { port: address.port, close };
}
