import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Context } from '../../context.ts';
import { connectionPatienceMs, lookupWithin, timedLookup } from '../../network/lookup.ts';
import type { GatewayProxy, Route, RouteRequest } from '../proxy/route.ts';
import type { Credentials } from './credentials.ts';
import { connectionProblem } from './gatewayErrors.ts';
import { watchPace } from './pace.ts';

export interface GatewayRequest {
  readonly method: 'PUT' | 'DELETE' | 'GET';
  /** Complete, without user and password. */
  readonly url: string;
  readonly credentials: Credentials;
  /** Null: the gateway is contacted directly. */
  readonly proxy: GatewayProxy | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** The context in which the name is looked up. */
  readonly context: Context;
  /** For everything together: name, connection, sending, and reading the response to its last needed byte. */
  readonly timeoutMs: number;
  /** For the beginning of a response, if it must come sooner than the whole. */
  readonly answerTimeoutMs?: number;
}

/**
 * Sends one request over a connection of its own and returns what `read` makes of the response, or `failed` with the
 * reason. Never throws, follows no redirects, uses no proxy but its own, and leaves no socket behind.
 */
export function send<Result>(
  request: GatewayRequest,
  { read, failed }: { read: (answer: IncomingMessage) => Promise<Result>; failed: (line: string) => Result },
): Promise<Result> {
  const { context, timeoutMs, answerTimeoutMs } = request;
  return new Promise((resolve) => {
    let sent: ClientRequest | undefined;
    let [answered, problem] = [false, ''];
    let endPace = () => {};
    const name = timedLookup(lookupWithin(context, answerTimeoutMs ?? timeoutMs));
    const route = routeOf(request, name.lookup);
    const settle = (result: Result) => {
      for (const timer of [deadline, firstByte]) clearTimeout(timer);
      endPace();
      sent?.destroy();
      route.close();
      resolve(result);
    };
    const giveUp = (line: string) => {
      problem ||= route.explain(line);
      // A status is a verdict, even if its body did not arrive: then `read` ends with the connection.
      if (answered) sent?.destroy();
      else settle(failed(problem));
    };
    const after = (ms: number | undefined, what: string) =>
      ms === undefined
        ? undefined
        : setTimeout(() => giveUp(name.problem(ms) ?? `${what} within ${ms} ms`), ms);
    const deadline = after(timeoutMs, 'no complete response');
    const firstByte = after(answerTimeoutMs, 'no response');
    try {
      sent = client(request.url).request(request.url, { ...optionsOf(request), ...route.options });
    } catch (error) {
      return settle(failed(route.explain(connectionProblem(error))));
    }
    route.follow(sent, giveUp);
    sent.on('error', (error) => giveUp(connectionProblem(error)));
    sent.on('response', (answer) => {
      answered = true;
      clearTimeout(firstByte);
      answer.on('error', () => {});
      if (answerTimeoutMs !== undefined)
        endPace = watchPace(answer, { context, graceMs: answerTimeoutMs, slow: giveUp });
      read(answer).then(settle, (error: unknown) =>
        settle(failed(problem || route.explain(connectionProblem(error)))),
      );
    });
    sent.end(request.body ?? undefined);
  });
}

function routeOf({ proxy, url, timeoutMs }: GatewayRequest, lookup: LookupFunction): Route {
  const request = { url, lookup, patienceMs: connectionPatienceMs(timeoutMs) };
  return proxy === null ? directRoute(request) : proxy.route(request);
}

/** The route without a proxy: a connection of its own, since one kept for later would delay the end of the program. */
function directRoute({ lookup, patienceMs }: RouteRequest): Route {
  return {
    // Passed on to `node:net`, although the types of `node:http` do not have the patience.
    options: { agent: false, lookup, ...({ autoSelectFamilyAttemptTimeout: patienceMs } as object) },
    follow() {},
    explain: (line) => line,
    close() {},
  };
}

function optionsOf({ method, headers, credentials, body }: GatewayRequest): RequestOptions {
  const length = body === null ? {} : { 'content-length': body.length };
  const trust = credentials.caPem === null ? {} : { ca: credentials.caPem };
  return { method, headers: { ...headers, ...credentials.headers, ...length }, ...trust };
}

/** Loaded at the first request, so that a mark without a gateway does not pay for it. */
function client(url: string): typeof import('node:http') | typeof import('node:https') {
  return url.startsWith('https:')
    ? (require('node:https') as typeof import('node:https'))
    : (require('node:http') as typeof import('node:http'));
}
