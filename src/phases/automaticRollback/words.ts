import type { Context } from '../../context.ts';
import type { DeploymentRow } from '../../ledger/deployments.ts';
import { type RollbackVerdict, whyNot } from '../../ledger/rollback/verdict.ts';
import { redact } from '../../redact.ts';
import { problemLines } from '../../report/messages/warnings.ts';
import { formatSeconds } from '../../text/figures.ts';
import type { Failure } from './checks.ts';

const rollBackByHand = 'roll back by hand';

interface Ended {
  readonly row: DeploymentRow;
  readonly to: string;
  readonly failure: Failure;
  /** Null if it succeeded. */
  readonly error: string | null;
  readonly isVerified: boolean;
  /** Null if no probe has failed; `open`: until now. */
  readonly outage: { readonly seconds: number | null } | null;
}

/** One line: what failed, what was restored, and how long users saw it. As loud as a failure if it worked. */
export function tellEnd(context: Context, { row, to, failure, error, isVerified, outage }: Ended): void {
  const what = `${row.deployment} ${row.version} failed (${failure.words})`;
  const restored = `rolled back to ${to}${isVerified ? ' and verified' : ''}`;
  const seen =
    outage === null
      ? '; no outage was measured'
      : outage.seconds === null
        ? '; the outage has not ended'
        : `; outage ${formatSeconds(outage.seconds)}`;
  const problem =
    error === null
      ? { message: `${what}; ${restored}${seen}` }
      : {
          message: `${what}; the rollback to ${to} failed too (${redact(error)})${outage === null ? '' : seen}`,
          hint: 'check which version is in service, and roll back by hand if it is the wrong one',
        };
  context.stderr.write(problemLines(problem, 'error'));
}

export function tellRefused(
  context: Context,
  { row, verdict, failure }: { row: DeploymentRow; verdict: RollbackVerdict; failure: Failure },
): void {
  const message = `${row.deployment} ${row.version} failed (${failure.words}); not rolled back: ${whyNot(verdict)}`;
  const hint = whatNow[verdict.kind];
  const problem = hint === undefined ? { message } : { message, hint };
  // Of a second failing check nothing new can be said.
  context.stderr.write(problemLines(problem, verdict.kind === 'decided' ? undefined : 'error'));
}

const whatNow: Partial<Record<RollbackVerdict['kind'], string>> = {
  'not-begun':
    'roll back by hand if the script has switched versions, and mark that step with `deploytrack cutover`',
  irreversible: 'deploy a version that works with the migrated database',
  'none-good': rollBackByHand,
};

/** Without a deployment nothing is known that could be restored. */
export function tellUnknown(context: Context, { words }: Failure): void {
  const message = `a check failed (${words}); not rolled back: no deployment was given`;
  context.stderr.write(problemLines({ message, hint: rollBackByHand }, 'error'));
}

export function tellUndecided(
  context: Context,
  { deploymentId, failure }: { deploymentId: string; failure: Failure },
): void {
  const message = `deployment ${deploymentId} failed (${failure.words}); not rolled back: the decision cannot be recorded in the ledger`;
  context.stderr.write(problemLines({ message, hint: rollBackByHand }, 'error'));
}
