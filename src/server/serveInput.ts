/** What `serve` was told on the command line. */
export interface ServeInput {
  /** `host:port`. */
  readonly listen: string;
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
  readonly insecure: boolean;
  readonly allowedHost: readonly string[];
  /** The address of a Docker engine; true without one. */
  readonly docker: string | true | null;
  readonly staleAfterMs: number;
  readonly webhookWindowMs: number;
  readonly webhookEnvironment: readonly string[];
}
