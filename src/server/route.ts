import type { Readable } from 'node:stream';
import type { Database } from '../ledger/file/addon.ts';
import type { Session } from '../session.ts';

/** What was asked, its body read whole: limits on size and time have been kept before. */
export interface Asked {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent as it comes, and destroyed when the reader leaves or the server stops. */
  readonly body: string | Buffer | Readable;
}

/** What answers a request. Matching is by exact path, or by prefix where `path` ends with `/*`. */
export interface Route {
  /** Of bounded values: the label of the request metrics. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Whether it is asked without our own auth: the probes of the server itself, and webhooks with their sender's. */
  readonly isOpen?: boolean;
  /** Longest body taken; 413 beyond. Default 0: none. */
  readonly bodyLimitBytes?: number;
  /** A DeploytrackError becomes a status with its message and hint; anything else a 500 that tells nothing. */
  answer(asked: Asked, serving: Serving): Promise<Answer>;
}

/** What a route works with. */
export interface Serving {
  readonly session: Session;
  /**
   * The ledger for reading, one connection for all. Throws a DeploytrackError where it cannot be read (503), also when
   * the file has disappeared since.
   */
  database(): Promise<Database>;
  /** What `serve` was told to speak of; null where it was not. */
  readonly site: { readonly deployment: string | null; readonly environment: string | null };
  /** Every deployment is invented, and every answer says so. */
  readonly isSample: boolean;
  log(entry: LogEntry): void;
}

/** One structured line of the log. Never holds a secret. */
export interface LogEntry {
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly [detail: string]: string | number | boolean | null;
}
