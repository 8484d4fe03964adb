import { problemResponse } from '../http/problem.ts';
import { respond } from '../http/respond.ts';
import type { Middleware } from '../route.ts';

/** Refuses a URL that is too long (414) or malformed (400). */
export function requestTarget(longestBytes: number): Middleware {
  return async (request, next) => {
    const { url, path } = request.env.incoming.asked;
    if (url.length > longestBytes) return respond(request, problemResponse(414, { message: 'URL too long' }));
    if (path === null) return respond(request, problemResponse(400, { message: 'malformed URL' }));
    return next();
  };
}
