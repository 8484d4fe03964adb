import type { IncomingMessage } from 'node:http';
import type { Context } from '../../context.ts';
import { expositionType } from '../../metrics/exposition.ts';
import { GroupReader, type RemoteGroupText } from '../../metrics/parse.ts';
import type { GroupKey } from '../../model.ts';
import type { GatewayProxy } from '../proxy/route.ts';
import { beginning, decompressed, eachLine } from './body.ts';
import type { Credentials } from './credentials.ts';
import { groupPath } from './gatewayAddress.ts';
import { responseProblem } from './gatewayErrors.ts';
import { isStrange, isStrangeLine, putPlain, strangerProblem } from './plainPut.ts';
import type { Delivery } from './pushResult.ts';
import { type GatewayRequest, send } from './request.ts';
import { withoutSecrets } from './withoutSecrets.ts';

/** A gateway and how to access it. */
export interface Pushgateway {
  /** `GatewayAddress.url`. */
  readonly url: string;
  readonly credentials: Credentials;
  /** Absent: it is contacted directly. */
  readonly proxy?: GatewayProxy | null;
  /** The context in which its name is looked up. */
  readonly context: Context;
}

/** One group there, and the time limit for all of it. */
export interface GroupCall {
  readonly key: GroupKey;
  /** Instead of the key's: that of a group of another job. */
  readonly path?: string;
  readonly timeoutMs: number;
}

export type Reading =
  | { readonly outcome: 'read'; readonly group: RemoteGroupText }
  | { readonly outcome: 'failed'; readonly status?: number; readonly line: string };

/**
 * Replaces a group by `text` (format 0.0.4). Any 2xx is a success, 400 a rejection, all else a failure. External errors
 * are returned as data; throws only SETTING for a key that must not be sent.
 */
export async function put(
  gateway: Pushgateway,
  { text, ...call }: GroupCall & { readonly text: string },
): Promise<Delivery> {
  const { gzipSync } = require('node:zlib') as typeof import('node:zlib');
  // Not for size: a plain body that is cut at a line end would be accepted as complete, a cut gzip body is rejected.
  const headers = { 'content-type': expositionType, 'content-encoding': 'gzip' };
  const request = { ...target(gateway, call), method: 'PUT', headers, body: gzipSync(text) } as const;
  const isPlain = request.proxy === null && request.url.startsWith('http:');
  return hidden(gateway, isPlain ? putPlain(request) : deliver(request));
}

/** Removes exactly this group; a missing one is a success too. Like `put`. */
export async function remove(gateway: Pushgateway, call: GroupCall): Promise<Delivery> {
  return hidden(gateway, deliver({ ...target(gateway, call), method: 'DELETE', headers: {}, body: null }));
}

/** One reading of the whole /metrics. */
export interface MetricsCall {
  /** For all of it, as long as it keeps coming. */
  readonly timeoutMs: number;
  /** For the head of the response. */
  readonly answerTimeoutMs?: number;
  readonly onAnswer?: () => void;
  /** Called with each line, without its line end. */
  readonly take: (line: string) => void;
}

export type MetricsReading =
  | { readonly outcome: 'read' }
  | {
      readonly outcome: 'failed';
      readonly status?: number;
      readonly line: string;
      /** The beginning of an error response, as it came. */
      readonly body?: string;
    };

/** Like `put`. A response that is cut off is a failure: half of it would give a baseline that is too low. */
export function readMetrics(gateway: Pushgateway, call: MetricsCall): Promise<MetricsReading> {
  const { url, credentials, context, proxy = null } = gateway;
  const { timeoutMs, answerTimeoutMs = timeoutMs, onAnswer, take } = call;
  const headers = {
    'accept-encoding': 'gzip',
    accept: 'text/plain;version=0.0.4',
    'cache-control': 'no-cache',
  };
  const read = send<MetricsReading>(
    {
      ...{ method: 'GET', url: `${url}/metrics`, credentials, proxy, context, headers, body: null },
      ...{ timeoutMs, answerTimeoutMs },
    },
    {
      read: (answer) => {
        onAnswer?.();
        return reading(answer, take);
      },
      failed: (line) => ({ outcome: 'failed', line }),
    },
  );
  return hidden(gateway, read);
}

/** The gateway's content for a group, from its whole /metrics: there is no request for one group. Like `put`. */
export async function readGroup(
  gateway: Pushgateway,
  { key, ...call }: GroupCall & Omit<MetricsCall, 'take'>,
): Promise<Reading> {
  const reader = new GroupReader(key);
  const read = await readMetrics(gateway, { ...call, take: (line) => reader.take(line) });
  return read.outcome === 'read' ? { outcome: 'read', group: reader.result() } : read;
}

/** Failures are reported without the credentials of the request, and with the proxy that they came through. */
async function hidden<Result extends { readonly outcome: string }>(
  { credentials, proxy = null }: Pushgateway,
  sent: Promise<Result>,
): Promise<Result> {
  const result = await sent;
  if (!('line' in result) || typeof result.line !== 'string') return result;
  const { line } = result;
  const status = 'status' in result && typeof result.status === 'number' ? result.status : null;
  const told = proxy === null || status === null ? line : proxy.explainResponse({ status, line });
  return { ...result, line: withoutSecrets(told, credentials, proxy) };
}

function target({ url, credentials, proxy = null, context }: Pushgateway, call: GroupCall) {
  const { key, path = groupPath(key), timeoutMs } = call;
  return { url: url + path, credentials, proxy, context, timeoutMs };
}

function deliver(request: GatewayRequest): Promise<Delivery> {
  const read = (answer: IncomingMessage) => delivery(answer, request.proxy);
  return send<Delivery>(request, { read, failed: (line) => ({ outcome: 'failed', line }) });
}

async function delivery(answer: IncomingMessage, proxy: GatewayProxy | null): Promise<Delivery> {
  const status = answer.statusCode ?? 0;
  if (isSuccess(status)) {
    const contentType = answer.headers['content-type'];
    return isStrange(await beginning(answer), { contentType, isWhole: true })
      ? { outcome: 'failed', status, line: strangerProblem(status) }
      : { outcome: 'delivered', status };
  }
  const line = await problem(answer);
  // A page, or nothing, is the proxy's own 400: a Pushgateway says what is wrong with the metrics.
  const isOfProxy = proxy !== null && line === '400 Bad Request';
  return { outcome: status === 400 && !isOfProxy ? 'refused' : 'failed', status, line };
}

async function reading(answer: IncomingMessage, take: (line: string) => void): Promise<MetricsReading> {
  const status = answer.statusCode ?? 0;
  if (status !== 200) {
    const body = await beginning(answer, errorBytes);
    return { outcome: 'failed', status, line: problemIn(answer, body), body };
  }
  // A baseline of the past would be too low.
  const { age } = answer.headers;
  if (Number(age) > 0) return { outcome: 'failed', status, line: `${status}: from a cache, ${age} s old` };
  let isFirst = true;
  let isStranger = /text\/html/i.test(answer.headers['content-type'] ?? '');
  await eachLine(decompressed(answer), (line) => {
    if (isFirst && line.trim() !== '') {
      isFirst = false;
      isStranger ||= isStrangeLine(line);
    }
    if (isStranger) throw new Error(strangerProblem(status));
    take(line);
  });
  return { outcome: 'read' };
}

async function problem(answer: IncomingMessage): Promise<string> {
  return problemIn(answer, await beginning(answer));
}

function problemIn({ statusCode: status = 0, headers }: IncomingMessage, body: string): string {
  return responseProblem({ status, location: headers.location, body });
}

/** An error of /metrics lists every sample that is wrong. */
const errorBytes = 65_536;

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
