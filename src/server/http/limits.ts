/** Limits for clients. */
export interface Limits {
  readonly connections: number;
  readonly headerBytes: number;
  readonly urlBytes: number;
  /** From the start of a connection, or the end of the previous request, to the last header. */
  readonly headerTimeoutMs: number;
  /** For the whole request, including its body. */
  readonly requestTimeoutMs: number;
  /** For a connection on which no data moves during a response. */
  readonly idleTimeoutMs: number;
  readonly keepAliveMs: number;
  /** Time for running responses after a stop. */
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
