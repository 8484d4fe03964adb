import type { IncomingMessage } from 'node:http';
import type { Context } from '../../context.ts';
import type { Credentials } from '../../push/gateway/credentials.ts';
import { send } from '../../push/gateway/request.ts';
import { withoutSecrets } from '../../push/gateway/withoutSecrets.ts';
import type { GatewayProxy } from '../../push/proxy/route.ts';

/** The longest that `doctor` waits for one response. */
export const requestMs = 2000;

/** A server and how to access it. A `Pushgateway` is one. */
export interface Site {
  readonly url: string;
  readonly credentials: Credentials;
  /** Absent: it is contacted directly. */
  readonly proxy?: GatewayProxy | null;
  readonly context: Context;
}

export interface Fetched {
  readonly status: number;
  /** The time of the server; null if it gave none, or if a cache gave an old one. */
  readonly serverMs: number | null;
  readonly location: string | undefined;
  readonly contentType: string;
  /** At most `mostBytes` of the body. */
  readonly text: string;
}

/** `failed`: why no complete response came, without the credentials that were sent. */
export type FetchResult = { readonly answer: Fetched } | { readonly failed: string };

/** One GET within `timeoutMs`; no redirect is followed. Never throws. */
export function fetchText(
  { url, credentials, context, proxy = null }: Site,
  { path, timeoutMs = requestMs, mostBytes }: { path: string; timeoutMs?: number; mostBytes: number },
): Promise<FetchResult> {
  const request = { method: 'GET', url: url + path, headers: {}, body: null } as const;
  return send<FetchResult>(
    { ...request, credentials, context, proxy, timeoutMs },
    {
      read: async (answer) => ({ answer: await fetched(answer, mostBytes) }),
      failed: (line) => ({ failed: withoutSecrets(line, credentials, proxy) }),
    },
  );
}

async function fetched(answer: IncomingMessage, mostBytes: number): Promise<Fetched> {
  const { statusCode: status = 0, headers } = answer;
  const { date = '', age, location } = headers;
  const serverMs = age === undefined ? Date.parse(date) : Number.NaN;
  const text = await textOf(answer, mostBytes);
  return {
    ...{ status, location, text, contentType: headers['content-type'] ?? '' },
    serverMs: Number.isNaN(serverMs) ? null : serverMs,
  };
}

async function textOf(answer: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8');
}
