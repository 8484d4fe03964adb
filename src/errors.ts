/** An error as data: the outermost layer formats it, and its code decides the exit code. */

import { internalError, isFault } from './internalError.ts';

export type ErrorCode =
  | 'USAGE'
  | 'SETTING'
  | 'LEDGER_BUSY'
  | 'LEDGER_UNUSABLE'
  /** Of one row alone. */
  | 'LEDGER_ROW'
  | 'LEDGER_NOT_OURS'
  | 'LEDGER_NEWER'
  | 'LEDGER_OLDER'
  | 'LEDGER_FULL'
  | 'LEDGER_DAMAGED'
  | 'NO_LEDGER'
  | 'ADDON_MISSING'
  | 'UNKNOWN_ID'
  | 'REFUSED'
  | 'GATEWAY'
  | 'STORE'
  | 'ENGINE'
  | 'FILE'
  | 'INSTALLATION'
  | 'INTERNAL';

/** An error that a user can act on. `message` is one line; `hint` says what to do next. */
export class DeploytrackError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(problem: { code: ErrorCode; message: string; hint?: string; cause?: unknown }) {
    super(problem.message, problem.cause === undefined ? undefined : { cause: problem.cause });
    this.name = 'DeploytrackError';
    this.code = problem.code;
    this.hint = problem.hint;
  }
}

/** Invalid arguments: exit 2, nothing was written or run. */
export function usageError(message: string, hint?: string): DeploytrackError {
  return new DeploytrackError({ code: 'USAGE', message, ...(hint === undefined ? {} : { hint }) });
}

/**
 * A problem that did not stop the command. `failed` says whether recording or pushing failed, which `--strict` turns
 * into exit 1.
 */
export interface Warning {
  /** Of several warnings about the same thing, only the last is reported. */
  readonly about?: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** The variable that holds an invalid value. */
  readonly variable?: string;
  readonly failed?: 'recording' | 'delivery';
  /** The thrown error, if it is a bug of deploytrack. */
  readonly cause?: unknown;
}

/**
 * Whether it is an error that a user can act on: ours, or the loader's for a missing or damaged file of this
 * installation.
 */
export function asProblem(error: unknown): DeploytrackError | null {
  if (error instanceof DeploytrackError) return error;
  if (!(error instanceof Error) || error.name !== 'BrokenInstallation') return null;
  const { message, hint } = error as Error & { hint: string };
  return new DeploytrackError({ code: 'INSTALLATION', message, hint, cause: error });
}

export function asWarning(error: unknown, failed?: 'recording' | 'delivery'): Warning {
  const tail = failed === undefined ? {} : { failed };
  const problem = asProblem(error);
  if (problem !== null) {
    const { code, message, hint } = problem;
    return { code, message, ...(hint === undefined ? {} : { hint }), ...tail };
  }
  if (isFault(error)) return { ...internalError(error), cause: error, ...tail };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), ...tail };
}
