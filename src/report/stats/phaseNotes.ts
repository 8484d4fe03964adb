import type { StageRun } from '../../ledger/read/stages.ts';

/** What is to be said of a run beside its time, in a few words; empty for a run like any other. */
export function phaseNotes(run: StageRun): string {
  const notes: (string | null)[] = [
    outcome(run),
    run.judged === 'allowed' ? 'may fail' : null,
    // A verification is judged by its own row, its phase never is.
    run.judged === 'no' && run.stage !== 'health_check' ? 'a try' : null,
    run.ofRollback ? 'of the rollback' : null,
    run.late ? 'after the end' : null,
    run.migrationCount === null
      ? null
      : `${run.migrationCount} migration${run.migrationCount === 1 ? '' : 's'}`,
  ];
  return notes.filter((note) => note !== null).join(', ');
}

function outcome(run: StageRun): string | null {
  if (run.status !== 'failed') return null;
  if (run.errorMessage !== null && run.errorMessage !== '') return run.errorMessage;
  if (run.signal !== null) return run.signal;
  return run.exitCode === null ? null : `exit code ${run.exitCode}`;
}
