import type { Rollback } from '../../ledger/read/aftermath.ts';
import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import { formatSeconds, formatTime } from '../../text/figures.ts';
import { failureOf } from '../failure.ts';
import { labeled, paragraph } from '../terminal/labeled.ts';
import type { View } from '../terminal/view.ts';
import { runName } from './waterfallColumns.ts';

/** Rollbacks, the error, stderr of failed phases, notes, and stored warnings. */
export function aftermathLines(detail: DeploymentDetail, view: View): string[] {
  const { deployment, stages, rollbacks, warnings } = detail;
  return [
    ...rollbacks.flatMap((one) => rollbackLines(one, view)),
    // The head has the reason of a failure.
    ...(view.width === undefined || failureOf(detail) === null
      ? paragraph({ label: 'error', text: deployment.errorMessage, style: 'bad' }, view)
      : []),
    ...stages
      .filter((run) => run.status === 'failed' && run.stderrTail !== null)
      .flatMap((run) =>
        paragraph(
          { label: 'stderr', text: `(${runName(run, deployment.service)})\n${run.stderrTail}` },
          view,
        ),
      ),
    ...paragraph({ label: 'notes', text: deployment.notes }, view),
    ...warnings.flatMap(({ at, code, message }) =>
      labeled(
        { label: 'warning', value: `${formatTime(at, view)} ${code}: ${message}`, style: 'warn' },
        view,
      ),
    ),
  ];
}

function rollbackLines(one: Rollback, view: View): string[] {
  const words = [
    `${one.settled ? (one.success ? '' : 'failed, ') : 'in progress, '}${formatTime(one.at, view)}`,
    one.toVersion === null ? '' : `to ${one.toVersion}`,
    one.livedSeconds === null ? '' : `after ${formatSeconds(one.livedSeconds)} in service`,
    one.byDeploymentId === null ? '' : `by ${one.byDeploymentId}`,
  ].filter((word) => word !== '');
  return [
    ...labeled({ label: 'rollback', value: words.join(' '), style: one.success ? 'warn' : 'bad' }, view),
    ...labeled({ label: '', value: one.reason === '' ? null : `reason: ${one.reason}` }, view),
    ...paragraph({ label: '', text: one.errorMessage, style: 'bad' }, view),
  ];
}
