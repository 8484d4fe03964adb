import { connect, createServer, type Server, type Socket } from 'node:net';
import { drip } from './rawServer.ts';
import { freePort } from './server.ts';

/**
 * How a gateway fails: `none` forwards everything to the real gateway, `slow` does so after 150 ms;
 * `refusing` closes the port, `hanging` accepts everything and never responds, `dripping` responds one byte a
 * second, `endless` responds with a body that never ends, `resetting` resets every connection; `page` responds with a
 * web page, `moved`, `bad`, `unauthorized`, `tooLarge` and `failing` with 301, 400, 401, 413 and 500.
 */
export type GatewayFault =
  | 'none'
  | 'slow'
  | 'refusing'
  | 'hanging'
  | 'dripping'
  | 'endless'
  | 'resetting'
  | 'page'
  | 'moved'
  | 'bad'
  | 'unauthorized'
  | 'tooLarge'
  | 'failing';

export interface FaultyGateway {
  /** `http://127.0.0.1:<port>`, the same for every fault. */
  readonly url: string;
  /** First lines of all requests so far: `PUT /metrics/job/…`. */
  readonly requests: readonly string[];
  /** Starts to fail this way, or recovers; open connections are cut. */
  become(fault: GatewayFault): Promise<void>;
  stop(): Promise<void>;
}

const answers = {
  dripping: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  page: 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<h1>It works!</h1>\n\n',
  moved: 'HTTP/1.1 301 Moved Permanently\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n',
  bad: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 17\r\n\r\nthat was refused\n',
  unauthorized: 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 13\r\n\r\nUnauthorized\n',
  tooLarge: 'HTTP/1.1 413 Payload Too Large\r\nContent-Length: 10\r\n\r\ntoo large\n',
  failing: 'HTTP/1.1 500 Internal Server Error\r\nContent-Length: 11\r\n\r\nno memory!\n',
} as const;

/** A port in front of a real gateway that can fail later, so that a ledger already knows it then. */
export async function startFaultyGateway(behind: { readonly url: string }): Promise<FaultyGateway> {
  const port = await freePort();
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  let fault: GatewayFault = 'none';
  let server: Server | null = null;
  const take = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.once('data', (first) => {
      requests.push(first.toString('latin1').split(' HTTP/')[0] ?? '');
      answer(socket, { fault, first, behind: new URL(behind.url) });
    });
  };
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    const closing = server;
    server = null;
    if (closing !== null) await new Promise((resolve) => closing.close(resolve));
  };
  const listen = async () => {
    const opened = createServer(take);
    server = opened;
    await new Promise<void>((resolve, reject) => {
      opened.once('error', reject);
      opened.listen(port, '127.0.0.1', resolve);
    });
  };
  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async become(next) {
      fault = next;
      await close();
      if (next !== 'refusing') await listen();
    },
    stop: close,
  };
}

function answer(socket: Socket, request: { fault: GatewayFault; first: Buffer; behind: URL }): void {
  const { fault, first, behind } = request;
  if (fault === 'none') forward(socket, { first, behind });
  else if (fault === 'slow') {
    socket.pause(); // The body may arrive meanwhile.
    setTimeout(() => forward(socket, { first, behind }), 150);
  } else if (fault === 'dripping') drip(socket, { text: answers.dripping, everyMs: 1000 });
  else if (fault === 'endless') pour(socket);
  else if (fault === 'resetting') socket.resetAndDestroy();
  else if (fault !== 'hanging' && fault !== 'refusing') socket.end(answers[fault]);
}

/** Comments of a metrics text, as fast as the client reads them. */
function pour(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n\r\n');
  const more = '# x\n'.repeat(4096);
  const go = () => {
    while (!socket.destroyed && socket.write(more));
  };
  socket.on('drain', go);
  go();
}

function forward(socket: Socket, { first, behind }: { first: Buffer; behind: URL }): void {
  if (socket.destroyed) return;
  const gateway = connect(Number(behind.port), behind.hostname);
  gateway.on('error', () => socket.destroy());
  socket.once('close', () => gateway.destroy());
  gateway.write(first);
  socket.pipe(gateway);
  gateway.pipe(socket);
}
