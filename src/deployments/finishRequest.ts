import { usageError } from '../errors.ts';
import type { FinishMark } from '../marks.ts';
import type { FinalStatus } from '../model.ts';
import type { Session } from '../session.ts';
import { environmentError, textArgument } from './textArgument.ts';

/** The CI's names for a status, in any case, and ours. */
const statusWords: Readonly<Record<string, FinalStatus | 'discard'>> = {
  success: 'success',
  succeeded: 'success',
  passed: 'success',
  failed: 'failed',
  failure: 'failed',
  cancelled: 'failed',
  canceled: 'failed',
  timed_out: 'failed',
  timedout: 'failed',
  warning: 'warning',
  neutral: 'warning',
  unstable: 'warning',
  succeededwithissues: 'warning',
  skipped: 'discard',
};

export type FinishRequest = Omit<
  FinishMark,
  'kind' | 'markId' | 'deploymentId' | 'at' | 'keepOpen' | 'probed'
>;

/** The given options about the end. */
export interface FinishSaid {
  readonly exitCode: number | null;
  readonly onExit: string | true | null;
  readonly status: string | null;
  readonly error: string | null;
  readonly notes: string | null;
  readonly abandoned: boolean;
  readonly discard: boolean;
}

export async function finishRequest(session: Session, said: FinishSaid): Promise<FinishRequest> {
  const onExit = said.onExit !== null;
  const status = statusOf(said.status?.toLowerCase() ?? null);
  const code = onExit ? onExitCode(said.onExit) : said.exitCode;
  const error =
    (await textArgument(session, { name: 'error', value: said.error })) ?? environmentError(session);
  return {
    status: status === 'discard' ? null : status,
    exitCode: code,
    error,
    notes: await textArgument(session, { name: 'notes', value: said.notes }),
    onExit,
    abandoned: said.abandoned,
    discard: said.discard || status === 'discard',
  };
}

function statusOf(said: string | null): FinalStatus | 'discard' | null {
  if (said === null) return null;
  const status = Object.hasOwn(statusWords, said) ? statusWords[said] : undefined;
  if (status !== undefined) return status;
  throw usageError(
    `unknown status ${JSON.stringify(said)} for --status; expected success, warning, failed, or a CI's name for one: ${Object.keys(statusWords).join(', ')}`,
  );
}

/** A trap passes whatever it has, even nothing: `$LASTEXITCODE` is empty before the first program ran. */
function onExitCode(value: string | true | null): number | null {
  if (typeof value !== 'string' || value.trim() === '') return null;
  if (!/^-?\d{1,10}$/.test(value.trim()))
    throw usageError(
      `invalid exit code ${JSON.stringify(value)} for --on-exit`,
      'use `--on-exit $?` or `--on-exit $LASTEXITCODE`',
    );
  return Number(value);
}
