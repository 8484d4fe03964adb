/** The possible results of an attempt. Closed: the ledger, the metrics and the reports use these values. */
export type Verdict =
  | 'healthy'
  | 'wrong_version'
  | 'no_version'
  | 'not_json'
  | 'wrong_status'
  | 'redirect'
  | 'too_large'
  | 'not_http'
  | 'timeout'
  | 'refused'
  | 'unreachable'
  | 'dns'
  | 'tls'
  | 'reset'
  | 'command_failed'
  | 'command_not_found'
  | 'error';

/** The outcome of one exchange, before its times are added. */
export interface Finding {
  readonly verdict: Verdict;
  /** One line for people: what was expected and what was seen. */
  readonly words: string;
  readonly statusCode: number | null;
  /** The version that the endpoint returned, cut to 256 characters. */
  readonly version: string | null;
}

/** A finding without a response to show. */
export function finding(verdict: Verdict, words: string): Finding {
  return { verdict, words, statusCode: null, version: null };
}
