import type { Socket } from 'node:net';

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
};

/** What a request was that the parser could not read. */
export function refusalOf(error: NodeJS.ErrnoException): { status: number; message: string } {
  if (error.code === 'HPE_HEADER_OVERFLOW') return { status: 431, message: 'the headers are too long' };
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 408, message: 'the request came too slowly' };
  return { status: 400, message: 'this is no HTTP request' };
}

/** How long a client may take to hear that it is refused. */
const longestMs = 2000;

/** An answer where there is no request to answer: written by hand, then the connection ends. */
export function refuseRaw(socket: Socket, { status, message }: { status: number; message: string }): void {
  if (!socket.writable) return void socket.destroy();
  const late = setTimeout(() => socket.destroy(), longestMs);
  socket.once('close', () => clearTimeout(late));
  const body = `${message}\n`;
  socket.end(
    [
      `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}
