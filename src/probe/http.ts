import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Context } from '../context.ts';
import { connectionPatienceMs, lookupWithin } from '../network/lookup.ts';
import type { Transport } from './exchange.ts';
import { failureFinding, firstStage, type Stage, timeoutFinding } from './failure.ts';
import { type Finding, finding } from './finding.ts';
import { judgeBody, judgeHead, type ProbeResponse } from './judge.ts';
import type { ProbeTarget } from './target.ts';

const bodyLimitBytes = 64 * 1024;
/** An unneeded body is still read for a while, so that the server does not log a broken pipe. */
const courtesyMs = 1000;

interface Progress {
  stage: Stage;
  readonly place: string;
  bodyBytes: number;
}

/** One GET on a connection of its own, without a proxy; redirects are not followed. */
export async function httpTransport(secure: boolean): Promise<Transport> {
  const { request: send } = secure ? await import('node:https') : await import('node:http');
  return (target, context) => (settle, timeoutMs) => {
    const url = new URL(target.url);
    const progress: Progress = { stage: firstStage(url), place: url.host, bodyBytes: 0 };
    const fail = (error: unknown) => settle(failureFinding(error, progress));
    const request = send(url, requestOptions(target, { context, timeoutMs }));
    request.on('socket', (socket) => follow(socket, { progress, secure }));
    request.on('response', (response) => read(response, { target, progress, settle, request }));
    request.on('error', fail);
    request.on('close', () => {
      // During a response its own events follow, including the end of a body that ends with the connection.
      if (progress.stage !== 'body') fail(connectionEnded());
    });
    request.end();
    return {
      late: (timeoutMs) => timeoutFinding(timeoutMs, progress),
      cancel: () => void request.destroy(),
    };
  };
}

function requestOptions(
  target: ProbeTarget,
  { context, timeoutMs }: { context: Context; timeoutMs: number },
): RequestOptions {
  return {
    // No shared agent: it would keep connections of the version that is being replaced, or use a proxy.
    agent: false,
    headers: {
      accept: 'application/json, */*;q=0.8',
      'user-agent': 'deploytrack',
      ...target.headers,
    } as NodeJS.Dict<string | string[]>,
    lookup: lookupWithin(context, timeoutMs),
    // Passed on to `node:net`, although the types of `node:http` do not have it.
    ...({ autoSelectFamilyAttemptTimeout: connectionPatienceMs(timeoutMs) } as object),
    rejectUnauthorized: !target.insecure,
    ...(target.caPem === null ? {} : { ca: target.caPem }),
  };
}

function follow(socket: Socket, { progress, secure }: { progress: Progress; secure: boolean }): void {
  const enter = (stage: Stage) => () => {
    progress.stage = stage;
  };
  socket.once('lookup', enter('connect'));
  socket.once('connect', enter(secure ? 'tls' : 'answer'));
  if (secure) socket.once('secureConnect', enter('answer'));
}

interface Reading {
  readonly target: ProbeTarget;
  readonly progress: Progress;
  readonly settle: (finding: Finding) => void;
  readonly request: ClientRequest;
}

function read(response: IncomingMessage, { target, progress, settle, request }: Reading): void {
  progress.stage = 'body';
  const answer = answerOf(response);
  const early = judgeHead(target, answer);
  const { expectVersion } = target;
  if (early !== null) {
    settle(early);
    takeLeave(request);
  }
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => {
    progress.bodyBytes += chunk.length;
    if (progress.bodyBytes > bodyLimitBytes) {
      settle({
        ...finding('too_large', `the body is larger than ${bodyLimitBytes} bytes`),
        statusCode: answer.statusCode,
      });
      request.destroy();
    } else if (early === null) chunks.push(chunk);
  });
  response.on('error', (error) =>
    settle({ ...failureFinding(error, progress), statusCode: answer.statusCode }),
  );
  response.on('close', () => settle(failureFinding(connectionEnded(), progress)));
  response.on('end', () => {
    if (expectVersion === null || early !== null) return;
    settle(judgeBody({ ...target, expectVersion }, answer, Buffer.concat(chunks).toString('utf8')));
  });
}

function connectionEnded(): Error {
  return Object.assign(new Error('the connection ended'), { code: 'ECONNRESET' });
}

function answerOf(response: IncomingMessage): ProbeResponse {
  return {
    statusCode: response.statusCode ?? 0,
    statusText: response.statusMessage ?? '',
    location: response.headers.location,
    contentType: response.headers['content-type'],
  };
}

/** Neither the rest of the response nor its timer keeps the process running. */
function takeLeave(request: ClientRequest): void {
  request.socket?.unref();
  const timer = setTimeout(() => request.destroy(), courtesyMs).unref();
  request.once('close', () => clearTimeout(timer));
}
