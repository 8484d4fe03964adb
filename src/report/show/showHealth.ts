import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import type { AttemptSummary, Verification } from '../../ledger/read/health.ts';
import { formatSeconds, formatTime } from '../../text/figures.ts';
import { failureOf } from '../failure.ts';
import { labeled, paragraph } from '../terminal/labeled.ts';
import type { View } from '../terminal/view.ts';

/** Each verification with its verdict and attempts, the results of probes, and the outages. */
export function healthLines(detail: DeploymentDetail, view: View): string[] {
  const stages = new Map(detail.stages.map((run) => [run.runId, run.stage]));
  // The head has the reason of the failure.
  const known = failureOf(detail)?.why ?? null;
  return [
    ...detail.verifications.flatMap((one) => verificationLines(one, { known, view })),
    ...detail.probes.flatMap(({ runId, summary }) =>
      labeled(
        { label: 'probe', value: `during ${stages.get(runId) ?? runId}: ${attemptWords(summary)}` },
        view,
      ),
    ),
    ...detail.outages.flatMap((one) => {
      const end = one.endedAt === null ? 'not ended' : `to ${formatTime(one.endedAt, view)}`;
      const length = one.seconds === null ? '' : `${formatSeconds(one.seconds)}, `;
      const value = `${length}${formatTime(one.beganAt, view)} ${end}`;
      return labeled({ label: 'outage', value, style: one.endedAt === null ? 'bad' : undefined }, view);
    }),
  ];
}

function verificationLines(
  one: Verification,
  { known, view }: { known: string | null; view: View },
): string[] {
  const healthyAfter =
    one.timeToHealthySeconds === null ? '' : `, healthy after ${formatSeconds(one.timeToHealthySeconds)}`;
  const traits = [
    one.judged === 'allowed' ? 'allowed to fail' : '',
    one.ofRollback ? 'of the rollback' : '',
    one.late ? 'after the end' : '',
  ].filter((trait) => trait !== '');
  const what = [one.checkType, one.target ?? '', traits.length === 0 ? '' : `(${traits.join(', ')})`];
  const line = (value: string, style?: 'good' | 'bad'): string[] =>
    labeled({ label: '', value, style }, view);
  return [
    ...labeled({ label: 'health', value: what.filter((word) => word !== '').join(' ') }, view),
    ...line(`${one.verdict}${healthyAfter}`, one.success ? 'good' : 'bad'),
    ...line(`${attemptWords(one.summary)} in ${formatSeconds(one.durationSeconds)}`),
    ...(one.expectedVersion === null ? [] : line(`expected version ${one.expectedVersion}`)),
    ...paragraph(
      { label: '', text: one.success || one.errorMessage === known ? null : one.errorMessage, style: 'bad' },
      view,
    ),
  ];
}

function attemptWords({ attempts, healthy, verdicts, latencySeconds }: AttemptSummary): string {
  const unhealthy = verdicts
    .filter(({ verdict }) => verdict !== 'healthy')
    .map(({ verdict, count }) => `${count} ${verdict}`);
  const parts = [`${healthy} healthy`, ...unhealthy];
  const latency = latencySeconds === null ? '' : `, mean latency ${formatSeconds(latencySeconds)}`;
  return `${attempts} attempt${attempts === 1 ? '' : 's'} (${parts.join(', ')})${latency}`;
}
