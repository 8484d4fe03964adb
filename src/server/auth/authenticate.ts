import type { Context } from '../../context.ts';
import { usageError } from '../../errors.ts';
import { missingHalf } from '../../settings/readSecret.ts';
import { type Problem, problemResponse } from '../http/problem.ts';
import type { RequestHeaders } from '../route.ts';
import { sameSecret } from './sameSecret.ts';
import { secret } from './secret.ts';

/** The part of a request that authentication needs. */
export interface Client {
  readonly headers: RequestHeaders;
  /** All hosts in the request, unchanged: from `Host` and from the URL. */
  readonly hosts: readonly string[];
  /** Whether it is a request for the web UI page. */
  readonly isPage: boolean;
}

/** Checks a client; returns a response to refuse it. */
export type Authenticate = (asker: Client) => Problem | null;

export interface Admission {
  readonly authenticate: Authenticate;
  /** Accepted schemes: `bearer`, `basic`. */
  readonly schemes: readonly string[];
}

/**
 * Authentication by a bearer token or by user name and password, from DEPLOYTRACK_SERVE_TOKEN, DEPLOYTRACK_SERVE_USERNAME
 * and DEPLOYTRACK_SERVE_PASSWORD (each also with _FILE). Null if none is set. Throws a usage error if only one of user name
 * and password is set, or if a value is empty.
 */
export async function admission(context: Context): Promise<Admission | null> {
  const token = await secret(context, 'DEPLOYTRACK_SERVE_TOKEN');
  const username = await secret(context, 'DEPLOYTRACK_SERVE_USERNAME');
  const password = await secret(context, 'DEPLOYTRACK_SERVE_PASSWORD');
  const half = missingHalf((name) => (name.endsWith('USERNAME') ? username : password) !== null);
  if (half !== null) throw usageError(half.message, half.hint);
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
    // Compare with all of them, also after a match, so that the time reveals nothing.
    const fitting = accepted.filter(
      (one) => sameSecret(given.value, one.value) && one.scheme === given.scheme,
    );
    if (fitting.length > 0) return null;
    const message = 'unauthorized: send the token, or the user name and password, of this server';
    return problemResponse(401, { message }, { 'WWW-Authenticate': challenge });
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
