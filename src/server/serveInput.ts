/** The options of `serve`. */
export interface ServeInput {
  /** `host:port`. */
  readonly listen: string;
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
  readonly insecure: boolean;
  readonly allowedHost: readonly string[];
  /** The address of a Docker engine; true if the option has no value. */
  readonly docker: string | true | null;
  readonly staleAfterMs: number;
  readonly webhookWindowMs: number;
  readonly webhookEnvironment: readonly string[];
}
