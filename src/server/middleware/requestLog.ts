import type { ServerResponse } from 'node:http';
import type { Middleware } from '../route.ts';
import type { ServerContext } from '../serverContext.ts';

export interface LoggedRequest {
  readonly method: string;
  /** The name of the route; `none` for an unknown path. */
  readonly route: string;
  /** 499 if the client left before the end of its request. */
  readonly status: number;
  readonly durationSeconds: number;
}

/** Logs each request when its response is written or its client has left; with the route, never the URL. */
export function requestLog(
  { session, log }: ServerContext,
  onAnswered: (request: LoggedRequest) => void,
): Middleware {
  const nowSeconds = () => session.context.instant().monotonicSeconds ?? 0;
  return async (request, next) => {
    const beganSeconds = nowSeconds();
    const { incoming, outgoing } = request.env;
    const bytesBefore = incoming.socket.bytesWritten;
    // Wait one microtask, so that a request that arrived in one piece is known to be complete.
    await null;
    await next();
    whenSent(outgoing, () => {
      const durationSeconds = nowSeconds() - beganSeconds;
      const answered = {
        method: known(incoming.asked.method),
        route: request.get('route') ?? 'none',
        status: request.res.status,
        durationSeconds,
      };
      onAnswered(answered);
      log({
        level: answered.status >= 500 ? 'error' : 'info',
        message: 'request',
        ...answered,
        durationSeconds: Math.round(durationSeconds * 1e6) / 1e6,
        bytes: incoming.socket.bytesWritten - bytesBefore,
      });
    });
  };
}

function whenSent(outgoing: ServerResponse, then: () => void): void {
  if (outgoing.destroyed) {
    then();
    return;
  }
  const once = () => {
    outgoing.off('finish', once);
    outgoing.off('close', once);
    then();
  };
  outgoing.once('finish', once);
  outgoing.once('close', once);
}

/** Clients can send any method: only known ones become a label. */
function known(method: string): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].includes(method) ? method : 'other';
}
