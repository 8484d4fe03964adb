import type { Authenticate } from '../auth/authenticate.ts';
import type { NodeRequest } from '../http/nodeListener.ts';
import { respond } from '../http/respond.ts';
import { headersOf, type Middleware } from '../route.ts';

/** Refuses requests by host, origin and credentials. */
export function authenticate(admit: Authenticate): Middleware {
  return async (request, next) => {
    const hosts = hostsOf(request.env.incoming);
    const refused = admit({ headers: headersOf(request), hosts, isPage: request.get('route') === 'page' });
    return refused === null ? next() : respond(request, refused);
  };
}

/** All hosts: Node keeps only one of several `Host` headers, and the URL may contain another host. */
function hostsOf({ rawHeaders, asked }: NodeRequest): string[] {
  const said = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host');
  const [, named] = /^https?:\/\/([^/?#]*)/i.exec(asked.url) ?? [];
  return named === undefined ? said : [...said, named];
}
