import type { Context } from '../../context.ts';
import { credentials } from '../../push/gateway/credentials.ts';
import { gatewayAddress } from '../../push/gateway/gatewayAddress.ts';
import { responseProblem } from '../../push/gateway/gatewayErrors.ts';
import { withoutSecrets } from '../../push/gateway/withoutSecrets.ts';
import { type Fetched, fetchText, type Site } from '../http/fetchText.ts';
import { objectIn, parsedJson } from '../http/objects.ts';

/** A large installation has some thousand rules and targets. */
const mostBytes = 32 * 1024 * 1024;

/** The data of one request, or why there is none. */
export type ApiAnswer =
  | { readonly data: unknown }
  | { readonly problem: string; readonly status: number | null };

/** A Prometheus server. User and password in the URL are sent to it, and shown nowhere. */
export function prometheusSite(context: Context, address: string): Site {
  const { url, userinfo } = gatewayAddress(address);
  return { context, url, credentials: credentials({}, userinfo) };
}

/** Never throws. */
export async function askPrometheus(
  site: Site,
  path: string,
  limits: { readonly timeoutMs?: number; readonly mostBytes: number } = { mostBytes },
): Promise<ApiAnswer> {
  const result = await fetchText(site, { path: `/api/v1/${path}`, ...limits });
  if ('failed' in result) return { problem: result.failed, status: null };
  const { answer } = result;
  const { status, data } = objectIn(parsedJson(answer.text));
  if (answer.status === 200 && status === 'success') return { data };
  return { problem: withoutSecrets(problemOf(answer), site.credentials), status: answer.status };
}

function problemOf({ status, location, text }: Fetched): string {
  if (status === 200) return '200: no Prometheus at this address (the response is not of its API)';
  if (status === 404) return '404: no Prometheus at this address (is a base path missing?)';
  return responseProblem({ status, location, body: text });
}
