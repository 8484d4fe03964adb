import type { Middleware } from '../route.ts';

/** Headers of every response. Set on Node's response, because hono would change all header names to lower case. */
export const secureHeaders: Middleware = async ({ env }, next) => {
  env.outgoing.setHeader('X-Content-Type-Options', 'nosniff');
  env.outgoing.setHeader('Cache-Control', 'no-store');
  await next();
};
