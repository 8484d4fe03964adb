import type { StageRun } from '../../ledger/read/stages.ts';

/** Notes about a run in a few words; empty for an ordinary one. */
export function phaseNotes(run: StageRun): string {
  const notes: (string | null)[] = [
    outcome(run),
    run.judged === 'allowed' ? 'allowed to fail' : null,
    // For a verification its own row decides the status, never its phase.
    run.judged === 'no' && run.stage !== 'health_check' ? 'no effect on the status' : null,
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
