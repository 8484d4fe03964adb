import type { StageRun } from '../../ledger/read/stages.ts';
import { counted } from '../../text/counted.ts';

/** Notes about a run in a few words; empty for an ordinary one. */
export function phaseNotes(run: StageRun): string {
  return [phaseReason(run), phaseTraits(run)].filter((note) => note !== null && note !== '').join(', ');
}

/** The notes without the reason of a failure. */
export function phaseTraits(run: StageRun): string {
  const notes: (string | null)[] = [
    run.judged === 'allowed' ? 'allowed to fail' : null,
    // For a verification its own row decides the status, never its phase.
    run.judged === 'no' && run.stage !== 'health_check' ? 'no effect on the status' : null,
    run.ofRollback ? 'of the rollback' : null,
    run.late ? 'after the end' : null,
    // One is also the number of a run without a count.
    run.migrationCount === null || run.migrationCount === 1 || run.status !== 'success'
      ? null
      : counted(run.migrationCount, 'migration'),
  ];
  return notes.filter((note) => note !== null).join(', ');
}

/** Why a run failed; null if it did not, or nothing is known. */
export function phaseReason(run: StageRun): string | null {
  if (run.status !== 'failed') return null;
  if (run.errorMessage !== null && run.errorMessage !== '') return run.errorMessage;
  if (run.signal !== null) return run.signal;
  return run.exitCode === null ? null : `exit code ${run.exitCode}`;
}
