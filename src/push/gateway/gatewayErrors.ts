import { wellFormed } from '../../model.ts';

/** Why no response came, in one line. */
export function connectionProblem(error: unknown): string {
  const { code = '', message } = asProblem(error);
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'the connection was reset',
    EPIPE: 'the connection was closed',
    ENOTFOUND: 'the host name is unknown',
    EAI_AGAIN: 'the host name cannot be looked up now',
    EHOSTUNREACH: 'no route to the host',
    ENETUNREACH: 'no route to the network',
    ETIMEDOUT: 'the connection timed out',
    HPE_INVALID_CONSTANT: 'the response is not HTTP',
  };
  const found = known[code];
  if (found !== undefined) return found;
  if (code.startsWith('HPE_')) return 'the response is not valid HTTP';
  if (/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|ERR_OSSL)/.test(code))
    return `TLS: ${firstLine(message)}`;
  return firstLine(message);
}

/** Why a response is not a success, in one line; `body` is its beginning. */
export function responseProblem({
  status,
  location,
  body,
}: {
  status: number;
  location: string | undefined;
  body: string;
}): string {
  // The first line of an HTML page is useless.
  const said = body.trimStart().startsWith('<') ? '' : firstLine(body);
  if (status >= 300 && status < 400)
    return `${status}: redirected${redirection(location)}, which is not followed; use the final URL`;
  if (status === 401) return '401: user name, password or token are missing or wrong';
  if (status === 403) return `403: not allowed with these credentials${said === '' ? '' : ` (${said})`}`;
  if (status === 404 || status === 405)
    return `${status}: no Pushgateway at this address (is a base path missing?)`;
  return said === '' ? statusWords(status) : `${status}: ${said}`;
}

/** A status by its number and its standard text. */
function statusWords(status: number): string {
  const { STATUS_CODES } = require('node:http') as typeof import('node:http');
  const text = STATUS_CODES[status];
  return text === undefined ? `${status}` : `${status} ${text}`;
}

function redirection(location: string | undefined): string {
  // A location may contain a password or a token: its host and path are enough.
  if (location === undefined || !URL.canParse(location, 'http://unknown.invalid')) return '';
  const { protocol, host, pathname } = new URL(location, 'http://unknown.invalid');
  return host === 'unknown.invalid' ? ` to ${pathname}` : ` to ${protocol}//${host}${pathname}`;
}

/** More than is stored: `withoutSecrets` redacts first and cuts then. */
const mostLooked = 8000;

/**
 * The first line, and the next one if the first announces it; at most 8000 characters, without terminal control
 * characters.
 */
function firstLine(text: string): string {
  const [first = '', second = ''] = text.split('\n').filter((line) => line.trim() !== '');
  const line = /:\s*$/.test(first) ? `${first.trimEnd()} ${second.trim()}` : first;
  return wellFormed(
    line
      .replaceAll(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, mostLooked),
  );
}

function asProblem(error: unknown): { code?: string; message: string } {
  // Several addresses of one name: the first is enough.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  if (!(first instanceof Error)) return { message: String(first) };
  const { code } = first as NodeJS.ErrnoException;
  return { message: first.message, ...(code === undefined ? {} : { code }) };
}
