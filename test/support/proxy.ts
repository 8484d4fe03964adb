import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { drip } from './rawServer.ts';

/**
 * How a proxy fails: `hanging` accepts a request and never responds, `dripping` responds one byte at a time, `closing`
 * closes the connection, `page` responds with a sign-in page and 200, `bad`, `failing` and `forbidding` with 400, 502 and
 * 403 and a page, `notHttp` with another protocol, `hangingTunnel` opens a tunnel that nothing comes through. `caching`
 * responds to a GET as to the one before unless that is forbidden, and `stale` even then.
 */
export type ProxyFault =
  | 'none'
  | 'hanging'
  | 'dripping'
  | 'closing'
  | 'page'
  | 'bad'
  | 'failing'
  | 'forbidding'
  | 'notHttp'
  | 'hangingTunnel'
  | 'caching'
  | 'stale';

export interface HttpProxy {
  readonly url: string;
  /** First lines of all requests: `PUT http://…`, `CONNECT host:port`. */
  readonly requests: readonly string[];
  /** All headers of all requests, as text. */
  readonly headers: () => string;
  /** Everything that came through tunnels, as text. */
  readonly tunneled: () => string;
  /** Number of connections that the client has not ended. */
  open(): number;
  become(fault: ProxyFault): void;
  stop(): Promise<void>;
}

export interface ProxyOptions {
  /** `user:password` that clients must send. */
  readonly login?: string;
  /** Of a proxy that is reached by TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

const page = '<!doctype html>\n<html><body>proxy</body></html>\n';
const said = (status: string) =>
  `HTTP/1.1 ${status}\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`;
const answers: Readonly<Partial<Record<ProxyFault, string>>> = {
  page: said('200 OK'),
  bad: said('400 Bad Request'),
  failing: said('502 Bad Gateway'),
  forbidding: said('403 Forbidden'),
  notHttp: 'SSH-2.0-OpenSSH_9\r\n\r\n',
};
const needsLogin =
  'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

/** A real HTTP proxy on the loopback: absolute URLs and CONNECT. */
export async function startProxy({ login, tls }: ProxyOptions = {}): Promise<HttpProxy> {
  const sockets = new Set<Duplex>();
  const requests: string[] = [];
  const headers: string[] = [];
  const tunneled: string[] = [];
  let fault: ProxyFault = 'none';
  let cached: Buffer | null = null;
  const keep = (socket: Duplex) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  };
  /** Whether the request is to be passed on. */
  const isPassed = (incoming: IncomingMessage, socket: Duplex): boolean => {
    socket.resume();
    requests.push(`${incoming.method} ${incoming.url}`);
    headers.push(JSON.stringify(incoming.headers));
    const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
    if (wanted !== undefined && incoming.headers['proxy-authorization'] !== wanted) socket.end(needsLogin);
    else if (['none', 'hangingTunnel', 'caching', 'stale'].includes(fault)) return true;
    else if (fault === 'dripping') drip(socket as Socket, { text: said('200 OK'), everyMs: 50 });
    else if (fault === 'closing') socket.end();
    else if (answers[fault] !== undefined) socket.end(answers[fault]);
    return false;
  };
  const take = (incoming: IncomingMessage, response: ServerResponse) => {
    if (!isPassed(incoming, incoming.socket)) incoming.resume();
    else if (cached !== null && isCached(incoming, fault)) response.writeHead(200, { age: '60' }).end(cached);
    else passOn(incoming, response, (body) => (cached = body));
  };
  const server = tls === undefined ? createServer(take) : createTlsServer(tls, take);
  server.on('connection', keep);
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    if (!isPassed(incoming, socket)) return;
    const [host = '', port = ''] = incoming.url?.split(/:(?=\d+$)/) ?? [];
    const there = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (fault === 'hangingTunnel') return;
      socket.on('data', (chunk: Buffer) => tunneled.push(chunk.toString('latin1')));
      socket.pipe(there).pipe(socket);
    });
    there.once('error', () => socket.end(said('502 Bad Gateway')));
    there.once('close', () => socket.resume().end());
    socket.once('end', () => there.destroy());
    socket.once('close', () => there.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    headers: () => headers.join('\n'),
    tunneled: () => tunneled.join(''),
    // A server's own end comes only after its response.
    open: () => [...sockets].filter((socket) => !socket.readableEnded).length,
    become: (next) => {
      fault = next;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function isCached({ method, headers }: IncomingMessage, fault: ProxyFault): boolean {
  return (
    method === 'GET' &&
    (fault === 'stale' || (fault === 'caching' && headers['cache-control'] !== 'no-cache'))
  );
}

function passOn(incoming: IncomingMessage, response: ServerResponse, keep: (body: Buffer) => void): void {
  const { 'proxy-authorization': _, 'accept-encoding': _plain, ...headers } = incoming.headers;
  const sent = request(incoming.url ?? '', { method: incoming.method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    if (incoming.method === 'GET') answer.on('end', () => keep(Buffer.concat(chunks)));
  });
  sent.on('error', () => {
    incoming.unpipe(sent).resume();
    response.writeHead(502, { 'content-type': 'text/html' }).end(page);
  });
  incoming.pipe(sent);
}
