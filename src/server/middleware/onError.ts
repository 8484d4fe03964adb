import { asLedgerError, isOfSqlite } from '../../ledger/file/open.ts';
import { errorResponse } from '../http/problem.ts';
import { respond } from '../http/respond.ts';
import type { RequestContext } from '../route.ts';
import type { ServerContext } from '../serverContext.ts';

/** Responds with what clients may know; the log has the details. */
export function onError(
  thrown: unknown,
  { request, server }: { request: RequestContext; server: ServerContext },
): Response {
  const { ledgerPath } = server.session.store.options;
  const error = isOfSqlite(thrown) ? asLedgerError(thrown, ledgerPath) : thrown;
  const message = error instanceof Error ? error.message : String(error);
  server.log({ level: 'error', message, route: request.get('route') ?? 'none' });
  return respond(request, errorResponse(error));
}
