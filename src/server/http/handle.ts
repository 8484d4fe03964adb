import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { asLedgerError, isOfSqlite } from '../../ledger/file/open.ts';
import type { Admit } from '../front/admission.ts';
import type { Answer, Asked, LogEntry, Route, Serving } from '../route.ts';
import { findRoute } from './findRoute.ts';
import type { Limits } from './limits.ts';
import { errorAnswer, problemAnswer } from './problem.ts';
import { readBody, saysTooLong } from './readBody.ts';
import { sendAnswer } from './sendAnswer.ts';
import type { OpenStreams } from './stop.ts';

/** What a server answers with. */
export interface Handling {
  readonly routes: readonly Route[];
  readonly serving: Serving;
  readonly limits: Limits;
  readonly streams: OpenStreams;
  /** Looks at a request to a route that is not open; an answer refuses it. */
  readonly admit: Admit;
  /** Told of each request when it was answered. */
  readonly onAnswered: (request: AnsweredRequest) => void;
}

export interface AnsweredRequest {
  readonly method: string;
  /** The route's name; `none` where nobody knows the path. */
  readonly route: string;
  readonly status: number;
  readonly durationSeconds: number;
}

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };
type Target = { readonly path: string; readonly query: URLSearchParams };

/** Answers one request, and says so in the log. Never throws. */
export async function handle(handling: Handling, exchange: Exchange): Promise<void> {
  const { context } = handling.serving.session;
  const { request, response } = exchange;
  const beganSeconds = context.instant().monotonicSeconds ?? 0;
  const bytesBefore = request.socket.bytesWritten;
  const { route, answer } = await answerOf(handling, exchange);
  if (answer !== null && isStream(answer.body)) handling.streams.add(answer.body);
  if (answer !== null) await sendAnswer(exchange, answer).catch(() => void response.destroy());
  const durationSeconds = (context.instant().monotonicSeconds ?? 0) - beganSeconds;
  const answered = {
    method: known(request.method),
    route: route?.name ?? 'none',
    status: answer?.status ?? 499,
    durationSeconds,
  };
  handling.onAnswered(answered);
  const entry: LogEntry = {
    level: answered.status >= 500 ? 'error' : 'info',
    message: 'request',
    ...answered,
    durationSeconds: Math.round(durationSeconds * 1e6) / 1e6,
    bytes: request.socket.bytesWritten - bytesBefore,
  };
  handling.serving.log(entry);
}

/** The answer, and whose it is; no answer where the reader left before it had asked. */
async function answerOf(
  { routes, serving, limits, admit }: Handling,
  { request, response }: Exchange,
): Promise<{ route: Route | null; answer: Answer | null }> {
  const method = request.method ?? '';
  const target = targetOf(request.url ?? '', limits.urlBytes);
  if ('status' in target) return { route: null, answer: target };
  const found = findRoute(routes, { method, path: target.path });
  if ('allowed' in found) return { route: null, answer: unknownTarget(found.allowed, method) };
  const { route } = found;
  const headers = request.headers as Asked['headers'];
  const refused =
    route.isOpen === true ? null : admit({ headers, hosts: hostsOf(request), isPage: route.name === 'page' });
  if (refused !== null) return { route, answer: refused };
  const limitBytes = route.bodyLimitBytes ?? 0;
  if (saysTooLong(request, limitBytes)) return { route, answer: tooLong(limitBytes) };
  if (/^100-continue$/i.test(request.headers.expect ?? '')) response.writeContinue();
  const read = await readBody(request, limitBytes);
  if (read.outcome === 'gone') return { route, answer: null };
  if (read.outcome === 'too-long') return { route, answer: tooLong(limitBytes) };
  const asked: Asked = { method: method as Asked['method'], ...target, headers, body: read.body };
  try {
    return { route, answer: await route.answer(asked, serving) };
  } catch (error) {
    return { route, answer: failed(error, { route, serving }) };
  }
}

function targetOf(url: string, longestBytes: number): Target | Answer {
  if (url.length > longestBytes) return problemAnswer(414, { message: 'the address is too long' });
  const [, path = '', query = ''] = /^(?:https?:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/.exec(url) ?? [];
  try {
    return { path: decodeURIComponent(path), query: new URLSearchParams(query) };
  } catch {
    return problemAnswer(400, { message: 'the address is no well-formed text' });
  }
}

/** Node keeps one `Host` of several, and an address may name another one. */
function hostsOf({ rawHeaders, url = '' }: IncomingMessage): string[] {
  const said = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host');
  const [, named] = /^https?:\/\/([^/?#]*)/i.exec(url) ?? [];
  return named === undefined ? said : [...said, named];
}

function unknownTarget(allowed: readonly string[], method: string): Answer {
  if (allowed.length === 0) return problemAnswer(404, { message: 'there is nothing at this address' });
  const Allow = allowed.join(', ');
  return problemAnswer(405, { message: `${method} is not taken here`, hint: `only ${Allow}` }, { Allow });
}

function tooLong(limitBytes: number): Answer {
  const hint = limitBytes === 0 ? 'none is taken here' : `at most ${limitBytes} bytes are taken here`;
  return problemAnswer(413, { message: 'the body is too long', hint });
}

/** The reader is told what can be told; the log has the rest. */
function failed(thrown: unknown, { route, serving }: { route: Route; serving: Serving }): Answer {
  const { ledgerPath } = serving.session.store.options;
  const error = isOfSqlite(thrown) ? asLedgerError(thrown, ledgerPath) : thrown;
  const message = error instanceof Error ? error.message : String(error);
  serving.log({ level: 'error', message, route: route.name });
  return errorAnswer(error);
}

function isStream(body: Answer['body'] | undefined): body is Readable {
  return body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
}

/** Methods are the client's own words: only those that exist become a label. */
function known(method: string | undefined): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].includes(method ?? '')
    ? (method as string)
    : 'other';
}
