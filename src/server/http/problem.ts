import { STATUS_CODES } from 'node:http';
import { asProblem, type DeploytrackError } from '../../errors.ts';
import { formatMessage } from '../../report/messages/warnings.ts';
import type { ServerResponse } from './respond.ts';

/** A response of one line of text. */
export interface Problem extends ServerResponse {
  readonly body: string;
}

/** An error response: one line with the message, then the hint. */
export function problemResponse(
  status: number,
  { message, hint }: { message: string; hint?: string | undefined },
  headers: Readonly<Record<string, string>> = {},
): Problem {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
    body: `${formatMessage({ message: hint === undefined ? message : `${message}; ${hint}` })}\n`,
  };
}

/** The response for an error of a route: the reason phrase, then the message. An unexpected error has no details. */
export function errorResponse(error: unknown): Problem {
  const problem = asProblem(error);
  if (problem === null) return problemResponse(500, { message: reasonOf(500) });
  const status = statusOf(problem.code);
  return problemResponse(status, { message: `${reasonOf(status)}: ${problem.message}`, hint: problem.hint });
}

function reasonOf(status: number): string {
  return (STATUS_CODES[status] ?? 'error').toLowerCase();
}

function statusOf(code: DeploytrackError['code']): number {
  if (code === 'USAGE') return 400;
  if (code === 'UNKNOWN_ID') return 404;
  if (code === 'REFUSED') return 403;
  return code.startsWith('LEDGER_') || code === 'ADDON_MISSING' || code === 'STORE' ? 503 : 500;
}
