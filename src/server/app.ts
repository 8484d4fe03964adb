import { Hono } from 'hono';
import type { Authenticate } from './auth/authenticate.ts';
import type { Limits } from './http/limits.ts';
import { authenticate } from './middleware/authenticate.ts';
import { bodyLimit } from './middleware/bodyLimit.ts';
import { notFound } from './middleware/notFound.ts';
import { onError } from './middleware/onError.ts';
import { type LoggedRequest, requestLog } from './middleware/requestLog.ts';
import { requestTarget } from './middleware/requestTarget.ts';
import { secureHeaders } from './middleware/secureHeaders.ts';
import type { Env, Middleware, Route } from './route.ts';
import type { ServerContext } from './serverContext.ts';

/** Options of the app. */
export interface AppOptions {
  readonly routes: readonly Route[];
  readonly limits: Limits;
  /** Checks a request to a route that is not open; returns a response to refuse it. */
  readonly authenticate: Authenticate;
  /** Called for each request after its response. */
  readonly onAnswered: (request: LoggedRequest) => void;
}

/** All routes with their checks. An unknown path is a 404 before authentication. */
export function serverApp(server: ServerContext, options: AppOptions): Hono<Env> {
  const { routes, limits } = options;
  const app = new Hono<Env>({ getPath: (_, given) => routedPath(given?.env?.incoming.asked.path) });
  app.use(requestLog(server, options.onAnswered), secureHeaders, requestTarget(limits.urlBytes));
  for (const route of routes) {
    const guards = route.isOpen === true ? [] : [authenticate(options.authenticate)];
    app.on(
      route.method,
      route.path,
      named(route.name),
      ...guards,
      bodyLimit(route.bodyLimitBytes ?? 0),
      (request) => route.answer(request, server),
    );
  }
  app.notFound((request) => notFound(request, app.router));
  app.onError((error, request) => onError(error, { request, server }));
  return app;
}

/** A path without a leading slash matches no route. hono would skip the middleware for it, so it gets `//`. */
function routedPath(path: string | null | undefined): string {
  return path?.startsWith('/') === true ? path : '//';
}

function named(name: string): Middleware {
  return async (request, next) => {
    request.set('route', name);
    await next();
  };
}
