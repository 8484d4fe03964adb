import type { DeploymentDetail } from '../../ledger/read/detail.ts';
import type { SmokeTest } from '../../ledger/read/records.ts';
import { formatBytes, formatSeconds, formatShare } from '../../text/figures.ts';
import { labeled } from '../terminal/labeled.ts';
import { glyphsOf, type View } from '../terminal/view.ts';
import { changeText } from './changeText.ts';

/** Limit for terminal output; a pipe and `--json` have all of them. */
const mostChanges = 20;

/** Smoke tests, error rates, costs, sizes, and changes since the previous deployment. */
export function recordLines(detail: DeploymentDetail, view: View): string[] {
  const { deployment, smokeTests, errorRates, costs } = detail;
  const { artifactBytes, downloadSeconds, databaseBytes } = deployment;
  return [
    ...smokeTests.flatMap((one) => smokeTestLine(one, view)),
    ...errorRates.flatMap(({ errorRate, service, source }) =>
      labeled({ label: 'errors', value: `${formatShare(errorRate)} of ${service} (${source})` }, view),
    ),
    ...labeled({ label: 'artifact', value: artifactText({ artifactBytes, downloadSeconds }) }, view),
    ...labeled(
      { label: 'database', value: databaseBytes === null ? null : formatBytes(databaseBytes) },
      view,
    ),
    ...labeled(
      { label: 'cost', value: costs.map(({ resource, usd }) => `${resource} ${formatUsd(usd)}`).join(', ') },
      view,
    ),
    ...changeLines(detail, view),
  ];
}

/** `1.4 MiB, downloaded in 2.0s (0.7 MiB/s)`. */
export function artifactText(one: {
  artifactBytes: number | null;
  downloadSeconds: number | null;
}): string | null {
  const { artifactBytes: bytes, downloadSeconds: seconds } = one;
  if (bytes === null && seconds === null) return null;
  const took = seconds === null ? null : `downloaded in ${formatSeconds(seconds)}`;
  const speed = bytes === null || !seconds ? '' : ` (${formatBytes(Math.round(bytes / seconds))}/s)`;
  return (
    [bytes === null ? null : formatBytes(bytes), took].filter((word) => word !== null).join(', ') + speed
  );
}

export function formatUsd(usd: number): string {
  return `$${usd.toFixed(usd !== 0 && usd < 0.01 ? 6 : 2)}`;
}

/** The result of a smoke test in a few words. */
export function smokeTestText(one: SmokeTest): string {
  const took = one.durationSeconds === null ? '' : ` in ${formatSeconds(one.durationSeconds)}`;
  const why = one.success || one.errorMessage === null ? '' : `: ${one.errorMessage}`;
  const traits = [
    one.judged === 'allowed' ? 'allowed to fail' : '',
    one.judged === 'no' ? 'no effect on the status' : '',
    one.ofRollback ? 'of the rollback' : '',
    one.late ? 'after the end' : '',
  ].filter((trait) => trait !== '');
  return `${one.success ? 'passed' : 'failed'}${took}${why}${traits.length === 0 ? '' : ` (${traits.join(', ')})`}`;
}

function smokeTestLine(one: SmokeTest, view: View): string[] {
  const style = one.success ? 'good' : one.judged === 'yes' ? 'bad' : 'warn';
  return labeled({ label: 'test', value: `${one.test} ${smokeTestText(one)}`, style }, view);
}

function changeLines({ tracked: { changes } }: DeploymentDetail, view: View): string[] {
  if (changes === null) return [];
  if (changes.length === 0) return labeled({ label: 'changed', value: 'no tracked file or package' }, view);
  const { arrow } = glyphsOf(view);
  const most = view.width === undefined ? changes.length : mostChanges;
  const more = changes.length - most;
  return [
    ...changes
      .slice(0, most)
      .flatMap((change) => labeled({ label: 'changed', value: changeText(change, arrow) }, view)),
    ...(more > 0 ? labeled({ label: '', value: `and ${more} more` }, view) : []),
  ];
}
