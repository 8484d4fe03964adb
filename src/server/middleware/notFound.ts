import type { Router } from 'hono/router';
import { problemResponse } from '../http/problem.ts';
import { respond } from '../http/respond.ts';
import type { RequestContext } from '../route.ts';

/** 405 with the allowed methods if the path is known, otherwise 404. */
export function notFound(request: RequestContext, router: Router<[unknown, { method: string }]>): Response {
  const taken = ['GET', 'POST'].filter((method) =>
    router.match(method, request.req.path)[0].some(([[, route]]) => route.method === method),
  );
  if (taken.length === 0) return respond(request, problemResponse(404, { message: 'not found' }));
  const Allow = taken.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  const { method } = request.env.incoming.asked;
  const message = `method not allowed: ${method}; expected ${Allow}`;
  return respond(request, problemResponse(405, { message }, { Allow }));
}
