import { ciFacts } from '../host/ci.ts';
import { readDeployment } from '../ledger/read/deployments.ts';
import { phaseComparison } from '../ledger/read/phaseComparison.ts';
import type { Session } from '../session.ts';
import { formatSeconds } from '../text/figures.ts';
import { deploymentJson } from './deploymentJson.ts';
import { asciiJson } from './json.ts';
import { problemLines } from './messages/warnings.ts';
import { formatPhaseComparison, phaseComparisonJson } from './stats/phaseComparison.ts';
import { viewOf } from './terminal/view.ts';

/**
 * The output of `finish`: with `--json` one ASCII line on stdout; in a terminal or CI the result on stderr, with the phases
 * compared with their last runs. A finish that closed nothing prints nothing.
 */
export async function finishReport(
  session: Session,
  { deploymentId, json, closedNow }: { deploymentId: string; json: boolean; closedNow: boolean },
): Promise<void> {
  const { context, store } = session;
  if (!store.isOpen) {
    if (json) context.stdout.write(`${asciiJson({ deployment_id: deploymentId, recorded: false })}\n`);
    return;
  }
  const database = await store.database();
  const record = readDeployment(database, deploymentId);
  if (record === null) return;
  const comparisons = phaseComparison(database, deploymentId);
  if (json)
    context.stdout.write(
      `${asciiJson({ ...deploymentJson(record), phases: phaseComparisonJson(comparisons) })}\n`,
    );
  if (!closedNow || !(context.stderr.isTerminal || ciFacts(context) !== null)) return;
  const downtime =
    record.downtimeSeconds === null ? '' : `, downtime ${formatSeconds(record.downtimeSeconds)}`;
  const { outcome } = record;
  const meaning = outcome === null || outcome === 'rolled out' ? '' : `, ${outcome}`;
  const error = record.errorMessage === null ? '' : `: ${record.errorMessage}`;
  context.stderr.write(
    problemLines({
      message: `${record.deployment} ${record.version} ${record.status} in ${formatSeconds(record.totalSeconds)}${meaning}${downtime}${error}`,
    }),
  );
  context.stderr.write(formatPhaseComparison(comparisons, await viewOf(context, 'stderr')));
}
