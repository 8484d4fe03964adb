import type { ServerResponse } from 'node:http';
import type { Middleware } from '../route.ts';
import type { ServerContext } from '../serverContext.ts';

export interface LoggedRequest {
  readonly method: string;
  /** The route's name; `none` where nobody knows the path. */
  readonly route: string;
  /** 499 where the reader left before it had asked. */
  readonly status: number;
  readonly durationSeconds: number;
}

/** One line for each request, when its answer is written or its reader has left; by route, never by address. */
export function requestLog(
  { session, log }: ServerContext,
  onAnswered: (request: LoggedRequest) => void,
): Middleware {
  const nowSeconds = () => session.context.instant().monotonicSeconds ?? 0;
  return async (request, next) => {
    const beganSeconds = nowSeconds();
    const { incoming, outgoing } = request.env;
    const bytesBefore = incoming.socket.bytesWritten;
    // A request that came in one piece is known to be complete a moment after its head.
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

/** Methods are the client's own words: only those that exist become a label. */
function known(method: string): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].includes(method) ? method : 'other';
}
