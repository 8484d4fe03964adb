import type { Router } from 'hono/router';
import { problemResponse } from '../http/problem.ts';
import { respond } from '../http/respond.ts';
import type { RequestContext } from '../route.ts';

/** 405 with what the address would take, 404 where nobody knows it. */
export function notFound(request: RequestContext, router: Router<[unknown, { method: string }]>): Response {
  const taken = ['GET', 'POST'].filter((method) =>
    router.match(method, request.req.path)[0].some(([[, route]]) => route.method === method),
  );
  if (taken.length === 0)
    return respond(request, problemResponse(404, { message: 'there is nothing at this address' }));
  const Allow = taken.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  const { method } = request.env.incoming.asked;
  const problem = { message: `${method} is not taken here`, hint: `only ${Allow}` };
  return respond(request, problemResponse(405, problem, { Allow }));
}
