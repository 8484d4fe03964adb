import type { StageRun } from '../../ledger/read/stages.ts';

/** Notes about a run in a few words; empty for an ordinary one. */
export function phaseNotes(run: StageRun): string {
  const notes: (string | null)[] = [
    outcome(run),
    run.judged === 'allowed' ? 'allowed to fail' : null,
    // The phase of a verification is never counted, because the verification has its own row.
    run.judged === 'no' && run.stage !== 'health_check' ? 'not counted' : null,
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
