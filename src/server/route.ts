import type { ServerResponse } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import type { NodeRequest } from './http/nodeListener.ts';
import type { ServerContext } from './serverContext.ts';

/** The context that hono passes to middleware and routes. */
export interface Env {
  readonly Bindings: { readonly incoming: NodeRequest; readonly outgoing: ServerResponse };
  readonly Variables: {
    /** The name of the matching route; not set if there is none. */
    route?: string;
    /** The complete body, within the limit of the route. */
    body: Buffer;
  };
}

/** One request and its response. */
export type RequestContext = Context<Env>;

export type Middleware = MiddlewareHandler<Env>;

/** Names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** A route of the server. */
export interface Route {
  /** The label of the request metrics, so the number of names is bounded. */
  readonly name: string;
  /** GET includes HEAD. */
  readonly method: 'GET' | 'POST';
  /** In hono's syntax. */
  readonly path: string;
  /** Whether it skips our own authentication: probes of the server, and webhooks, which verify their sender. */
  readonly isOpen?: boolean;
  /** Maximum size of the body; more is a 413. The default 0 allows no body. */
  readonly bodyLimitBytes?: number;
  /** A DeploytrackError becomes a status with its message and hint; any other error becomes a 500 without details. */
  answer(request: RequestContext, server: ServerContext): Promise<Response>;
}

/** Headers as Node parses them; hono combines repeated headers differently. */
export function headersOf({ env }: RequestContext): RequestHeaders {
  return env.incoming.headers as RequestHeaders;
}

export function queryOf({ req }: RequestContext): URLSearchParams {
  return new URL(req.url).searchParams;
}
