import { shellArgument } from '../../text/shellArgument.ts';

/** The limits of one request: queries over 30 days of a whole fleet take their time. */
export const gateRequest = { timeoutMs: 10_000, mostBytes: 4 * 1024 * 1024 };

/** What to do about a Prometheus server that cannot be read. */
export function doctorHint({ url }: { readonly url: string }): string {
  return `run \`deploytrack doctor --prometheus ${shellArgument(url)}\``;
}
