import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { type Problem, problemResponse } from '../http/problem.ts';
import type { RequestHeaders } from '../route.ts';
import { sameSecret } from './sameSecret.ts';
import { secret } from './secret.ts';

/** What is known of a request before it is answered. */
export interface Client {
  readonly headers: RequestHeaders;
  /** Every host that it names, as it names it: in `Host`, and in the address. */
  readonly hosts: readonly string[];
  /** Whether it asks for the page itself. */
  readonly isPage: boolean;
}

/** Looks at who asks; an answer refuses. */
export type Authenticate = (asker: Client) => Problem | null;

export interface Admission {
  readonly authenticate: Authenticate;
  /** `bearer`, `basic`: what is accepted. */
  readonly schemes: readonly string[];
}

/**
 * Who is let in: a bearer token, or a name and a password, of DEPLOYTRACK_SERVE_TOKEN, DEPLOYTRACK_SERVE_USERNAME and
 * DEPLOYTRACK_SERVE_PASSWORD (each also with _FILE). Null where none is set: everybody is. Throws a usage error for half
 * a pair, and for one that is set and empty.
 */
export async function admission(context: Context): Promise<Admission | null> {
  const token = await secret(context, 'DEPLOYTRACK_SERVE_TOKEN');
  const username = await secret(context, 'DEPLOYTRACK_SERVE_USERNAME');
  const password = await secret(context, 'DEPLOYTRACK_SERVE_PASSWORD');
  if ((username === null) !== (password === null))
    throw usageError(
      `${username === null ? 'DEPLOYTRACK_SERVE_USERNAME' : 'DEPLOYTRACK_SERVE_PASSWORD'} is not set, the other of the pair is`,
      'set both, or DEPLOYTRACK_SERVE_TOKEN alone',
    );
  const accepted = [
    ...(token === null ? [] : [{ scheme: 'bearer', value: token }]),
    ...(username === null ? [] : [{ scheme: 'basic', value: `${username}:${password}` }]),
  ];
  if (accepted.length === 0) return null;
  const challenge = accepted
    .map(({ scheme }) => (scheme === 'basic' ? 'Basic realm="deploytrack", charset="UTF-8"' : 'Bearer'))
    .join(', ');
  const authenticate: Authenticate = ({ headers }) => {
    const given = presented(headers.authorization ?? '');
    // Every one is compared, also after a right one.
    const fitting = accepted.filter(
      (one) => sameSecret(given.value, one.value) && one.scheme === given.scheme,
    );
    if (fitting.length > 0) return null;
    const problem = {
      message: 'you are not let in',
      hint: 'send the token, or name and password, of this server',
    };
    return problemResponse(401, problem, { 'WWW-Authenticate': challenge });
  };
  return { authenticate, schemes: accepted.map(({ scheme }) => scheme) };
}

function presented(header: string): { scheme: string; value: string } {
  const [, scheme = '', value = ''] = /^([A-Za-z]+) +(\S+)\s*$/.exec(header) ?? [];
  const isBasic = scheme.toLowerCase() === 'basic';
  return {
    scheme: scheme.toLowerCase(),
    value: isBasic ? Buffer.from(value, 'base64').toString('utf8') : value,
  };
}
