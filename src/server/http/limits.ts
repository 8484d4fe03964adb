/** What one client may take of the server. */
export interface Limits {
  readonly connections: number;
  readonly headerBytes: number;
  readonly urlBytes: number;
  /** From the opening of a connection, or the end of the request before it, to the last header. */
  readonly headerTimeoutMs: number;
  /** The whole request, its body included. */
  readonly requestTimeoutMs: number;
  /** A connection on which nothing moves while an answer is written. */
  readonly idleTimeoutMs: number;
  readonly keepAliveMs: number;
  /** How long what is being answered may take after a stop. */
  readonly stopMs: number;
}

export const defaultLimits: Limits = {
  connections: 500,
  headerBytes: 16 * 1024,
  urlBytes: 4096,
  headerTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 120_000,
  keepAliveMs: 65_000,
  stopMs: 10_000,
};
