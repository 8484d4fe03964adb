import type { Middleware } from '../route.ts';

/** On every answer. Set on Node's own: hono would spell all headers in lower case for it. */
export const secureHeaders: Middleware = async ({ env }, next) => {
  env.outgoing.setHeader('X-Content-Type-Options', 'nosniff');
  env.outgoing.setHeader('Cache-Control', 'no-store');
  await next();
};
