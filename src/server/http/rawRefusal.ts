import type { Socket } from 'node:net';

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
};

/** The response for a request that Node's parser rejects. */
export function refusalOf(error: NodeJS.ErrnoException): { status: number; message: string } {
  if (error.code === 'HPE_HEADER_OVERFLOW') return { status: 431, message: 'request headers too large' };
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, message: 'request timed out' };
  return { status: 400, message: 'malformed request' };
}

/** Time limit for sending the refusal. */
const longestMs = 2000;

/** A response without a parsed request: writes it directly to the socket, then ends the connection. */
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
