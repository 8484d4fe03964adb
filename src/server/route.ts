import type { ServerResponse } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import type { NodeRequest } from './http/nodeListener.ts';
import type { ServerContext } from './serverContext.ts';

/** What hono hands from one to the next. */
export interface Env {
  readonly Bindings: { readonly incoming: NodeRequest; readonly outgoing: ServerResponse };
  readonly Variables: {
    /** The name of the route that answers; not set where nobody knows the path. */
    route?: string;
    /** Read whole, within the route's limit. */
    body: Buffer;
  };
}

/** One request, and what becomes of it. */
export type RequestContext = Context<Env>;

export type Middleware = MiddlewareHandler<Env>;

/** Names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;

/** What answers a request. */
export interface Route {
  /** Of bounded values: the label of the request metrics. */
  readonly name: string;
  /** GET stands for HEAD too. */
  readonly method: 'GET' | 'POST';
  /** As hono writes it. */
  readonly path: string;
  /** Whether it is asked without our own auth: the probes of the server itself, and webhooks with their sender's. */
  readonly isOpen?: boolean;
  /** Longest body taken; 413 beyond. Default 0: none. */
  readonly bodyLimitBytes?: number;
  /** A DeploytrackError becomes a status with its message and hint; anything else a 500 that tells nothing. */
  answer(request: RequestContext, server: ServerContext): Promise<Response>;
}

/** As Node reads them: of one that stands twice, hono's own would make another value. */
export function headersOf({ env }: RequestContext): RequestHeaders {
  return env.incoming.headers as RequestHeaders;
}

export function queryOf({ req }: RequestContext): URLSearchParams {
  return new URL(req.url).searchParams;
}
