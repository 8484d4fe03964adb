import { asProblem, type DeploytrackError } from '../../errors.ts';
import { formatMessage } from '../../report/messages/warnings.ts';
import type { ServerResponse } from './respond.ts';

/** An answer of one line of text. */
export interface Problem extends ServerResponse {
  readonly body: string;
}

/** A refusal as every route words it: one line of text. */
export function problemResponse(
  status: number,
  problem: { message: string; hint?: string | undefined },
  headers: Readonly<Record<string, string>> = {},
): Problem {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
    body: `${formatMessage(problem)}\n`,
  };
}

/** What an error of a route means to its reader; one that is not ours tells nothing. */
export function errorResponse(error: unknown): Problem {
  const problem = asProblem(error);
  if (problem === null) return problemResponse(500, { message: 'internal error' });
  return problemResponse(statusOf(problem.code), problem);
}

function statusOf(code: DeploytrackError['code']): number {
  if (code === 'USAGE') return 400;
  if (code === 'UNKNOWN_ID') return 404;
  if (code === 'REFUSED') return 403;
  return code.startsWith('LEDGER_') || code === 'ADDON_MISSING' ? 503 : 500;
}
