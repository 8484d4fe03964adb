import { parseLine } from '../../metrics/parseLine.ts';
import { connectionPatienceMs, lookupWithin, timedLookup } from '../../network/lookup.ts';
import { connectionProblem, responseProblem } from './gatewayErrors.ts';
import type { Delivery } from './pushResult.ts';
import type { GatewayRequest } from './request.ts';

const longestHead = 16_384;

/**
 * A PUT without TLS, over a plain socket: loading and running it takes half the time of `node:http`, and every mark
 * does it. Of the response it needs only the status, and on failure the first lines. Same results as `send`.
 */
export function putPlain(request: GatewayRequest): Promise<Delivery> {
  const { connect } = require('node:net') as typeof import('node:net');
  const { hostname, port } = new URL(request.url);
  const { timeoutMs } = request;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const name = timedLookup(lookupWithin(request.context, timeoutMs));
    const socket = connect({
      host: hostname.replaceAll(/[[\]]/g, ''),
      port: port === '' ? 80 : Number(port),
      lookup: name.lookup,
      autoSelectFamilyAttemptTimeout: connectionPatienceMs(timeoutMs),
    });
    const settle = (delivery: Delivery) => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(delivery);
    };
    // A status is a verdict, even if its body did not arrive.
    const giveUp = (line: string) => settle(verdict(chunks, true) ?? { outcome: 'failed', line });
    const deadline = setTimeout(
      () => giveUp(name.problem(timeoutMs) ?? `no complete response within ${timeoutMs} ms`),
      timeoutMs,
    );
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const found = verdict(chunks, false);
      if (found !== null) settle(found);
    });
    socket.on('error', (error) => giveUp(connectionProblem(error)));
    socket.on('close', () => giveUp('the connection was closed'));
    socket.write(head(request), 'latin1');
    socket.write(request.body ?? '');
  });
}

function head({ url, method, headers, credentials, body }: GatewayRequest): string {
  const { host, pathname } = new URL(url);
  const fields = {
    host,
    ...headers,
    ...credentials.headers,
    'content-length': body?.length ?? 0,
    connection: 'close',
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${pathname} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

/** The result of the response so far; null while more is needed. `ended`: nothing more will come. */
function verdict(chunks: readonly Buffer[], ended: boolean): Delivery | null {
  // Interim responses (100, 103) are skipped.
  const text = Buffer.concat(chunks)
    .toString('latin1')
    .replace(/^(HTTP\/1\.[01] 1\d\d[\s\S]*?\r\n\r\n)+/, '');
  const status = Number(/^HTTP\/1\.[01] (\d{3})[^\n]*\n/.exec(text)?.[1] ?? 0);
  if (!text.includes('\r\n\r\n'))
    return ended || isHttpSoFar(text) ? null : { outcome: 'failed', line: 'the response is not HTTP' };
  if (status === 0) return { outcome: 'failed', line: 'the response is not HTTP' };
  const [fields = '', ...rest] = text.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const isWhole = ended || status === 204 || body.length >= lengthOf(fields) || hasLastChunk(fields, body);
  const words = wordsOf(fields, body);
  if (status >= 200 && status < 300) {
    const strange = isStrange(words, { contentType: field(fields, 'content-type'), isWhole });
    if (strange === null) return null;
    return strange
      ? { outcome: 'failed', status, line: strangerProblem(status) }
      : { outcome: 'delivered', status };
  }
  if (!isWhole && body.length < enoughBytes) return null;
  const line = responseProblem({ status, location: field(fields, 'location'), body: words });
  return { outcome: status === 400 ? 'refused' : 'failed', status, line };
}

function isHttpSoFar(text: string): boolean {
  const beginning = 'HTTP/1.';
  return text.startsWith(beginning.slice(0, text.length)) && text.length < longestHead;
}

function lengthOf(fields: string): number {
  return Number(field(fields, 'content-length') ?? Number.POSITIVE_INFINITY);
}

function hasLastChunk(fields: string, body: string): boolean {
  return /chunked/i.test(field(fields, 'transfer-encoding') ?? '') && /(^|\r\n)0\r\n\r\n$/.test(body);
}

function wordsOf(fields: string, body: string): string {
  const isChunked = /chunked/i.test(field(fields, 'transfer-encoding') ?? '');
  return Buffer.from(isChunked ? body.replace(/^[0-9a-f]+[^\n]*\n/i, '') : body, 'latin1').toString('utf8');
}

function field(fields: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*([^\\r\\n]*)`, 'im').exec(fields)?.[1];
}

/** More than the first line of a body, which is all that is inspected. */
export const enoughBytes = 4096;

/**
 * The message for a success whose body is not from a Pushgateway: a sign-in page, the default backend of an ingress.
 */
export function strangerProblem(status: number): string {
  return `${status}: no Pushgateway at this address (the response is not metrics text)`;
}

/**
 * Whether a body is not from a Pushgateway: a Pushgateway responds to a push with an empty body and to a read with
 * metrics text. Null while more of it is needed; `isWhole`: nothing more will come.
 */
export function isStrange(
  body: string,
  { contentType, isWhole }: { contentType: string | undefined; isWhole: boolean },
): boolean | null {
  const text = body.trimStart();
  if (text === '') return isWhole ? false : null;
  if (/text\/html/i.test(contentType ?? '') || text.startsWith('<')) return true;
  if (text.startsWith('#')) return false;
  const end = text.indexOf('\n');
  if (end === -1 && !isWhole && text.length < enoughBytes) return null;
  return isStrangeLine(end === -1 ? text : text.slice(0, end));
}

/** Whether the first non-empty line is not from a Pushgateway. */
export function isStrangeLine(line: string): boolean {
  return !line.startsWith('#') && parseLine(line.trimEnd()) === null;
}
