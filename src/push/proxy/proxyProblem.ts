/** What a status of the proxy itself means, and what to do. */
const meanings: Readonly<Record<number, string>> = {
  401: 'user name or password of the proxy are missing or wrong',
  403: 'it does not allow this gateway; allow CONNECT to its port in the configuration of the proxy',
  405: 'it does not allow CONNECT',
  407: 'user name or password of the proxy are missing or wrong; set DEPLOYTRACK_GATEWAY_PROXY_USERNAME and DEPLOYTRACK_GATEWAY_PROXY_PASSWORD',
  502: 'it cannot reach the gateway',
  503: 'it cannot reach the gateway',
  504: 'it cannot reach the gateway',
};

/** Why the proxy did not pass a request on, in one line. `status` is NaN if its response is not HTTP. */
export function proxyProblem(url: string, status: number): string {
  if (Number.isNaN(status)) return `the proxy ${url}: the response is not HTTP`;
  return `the proxy ${url} responded ${status}${meanings[status] === undefined ? '' : `: ${meanings[status]}`}`;
}

/** The line for a response that came through the proxy: only 407 is certainly not the gateway's. */
export function responseThrough(url: string, { status, line }: { status: number; line: string }): string {
  return status === 407 ? proxyProblem(url, status) : `${line} (through the proxy ${url})`;
}
