import type { IncomingMessage, RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Env } from '../route.ts';

/** A request of Node, with what it asked for. */
export interface NodeRequest extends IncomingMessage {
  readonly asked: ServerRequest;
}

export interface ServerRequest {
  readonly method: string;
  /** As it came. */
  readonly url: string;
  /** Each byte written in one way only; null where it is no well-formed text. */
  readonly path: string | null;
}

/**
 * Hands Node's requests to the app. The adapter makes a URL of address and `Host` first, refuses what makes none, and takes
 * dots out of a path; those are ours to judge. So it sees neither, and HEAD as the GET whose body Node leaves out.
 */
export function nodeListener(app: Hono<Env>): RequestListener {
  const listener = getRequestListener((request, env) => app.fetch(request, env as Env['Bindings']), {
    // What is left of a body is thrown away by the answer that does not wait for it.
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

/** Routes are found by their plain path, and a part of it is decoded once. */
function plainPath(path: string): string | null {
  try {
    return encodeURIComponent(decodeURIComponent(path)).replaceAll('%2F', '/');
  } catch {
    return null;
  }
}
