import type { IncomingMessage, RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Env } from '../route.ts';

/** A request of Node, with its original method and URL. */
export interface NodeRequest extends IncomingMessage {
  readonly asked: ServerRequest;
}

export interface ServerRequest {
  readonly method: string;
  /** Unchanged. */
  readonly url: string;
  /** Normalized, so that each byte has only one encoding; null if the encoding is malformed. */
  readonly path: string | null;
}

/**
 * Passes Node's requests to the app. The adapter would first make a URL from path and `Host`, refuse an invalid one, and
 * remove dots from the path. Our own checks need the originals, so it gets neither. It gets HEAD as GET; Node omits the body.
 */
export function nodeListener(app: Hono<Env>): RequestListener {
  const listener = getRequestListener((request, env) => app.fetch(request, env as Env['Bindings']), {
    // A response that does not wait for the rest of a body discards it; see respond.ts.
    autoCleanupIncoming: false,
  });
  return (incoming, outgoing) => {
    const { method = '', url = '' } = incoming;
    const [, path = '', query = ''] = /^(?:https?:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/.exec(url) ?? [];
    const request = Object.assign(incoming, { asked: { method, url, path: plainPath(path) } });
    request.url = `/?${query}`;
    request.headers.host = 'localhost';
    if (method === 'HEAD') request.method = 'GET';
    void listener(request, outgoing);
  };
}

/** Routes match the normalized path, and a part of it is decoded only once. */
function plainPath(path: string): string | null {
  try {
    return encodeURIComponent(decodeURIComponent(path)).replaceAll('%2F', '/');
  } catch {
    return null;
  }
}
