import type { ClientRequest } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';

/** The way of one request to the gateway. */
export interface Route {
  readonly options: RequestOptions;
  /** Calls back with the reason if the request does not reach the gateway. */
  follow(sent: ClientRequest, refused: (line: string) => void): void;
  /** Why no response came, with the part that failed if that was not the gateway. */
  explain(line: string): string;
  /** Ends a connection that is still being made. */
  close(): void;
}

export interface RouteRequest {
  /** The gateway's URL. */
  readonly url: string;
  readonly lookup: LookupFunction;
  /** How long one of several addresses is tried before the next one. */
  readonly patienceMs: number;
}

/** A proxy between this host and the gateway. */
export interface GatewayProxy {
  /** Without user and password: may be stored and shown. */
  readonly url: string;
  /** The value of `Proxy-Authorization`; null without a user. Never to be shown. */
  readonly authorization: string | null;
  route(request: RouteRequest): Route;
  /** The line for a response other than a success, which may be the gateway's or the proxy's. */
  explainResponse(response: { readonly status: number; readonly line: string }): string;
}
