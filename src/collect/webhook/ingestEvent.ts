import type { Context } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import { applyCollected } from '../../ledger/collected/applyCollected.ts';
import { factOf, saveFacts } from '../../ledger/collected/facts.ts';
import { beginAt, withdrawStart } from '../../ledger/collected/requestedStart.ts';
import { isFirstSight } from '../../ledger/collected/seenEvents.ts';
import { findDeployment } from '../../ledger/deployments.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { wasPruned } from '../../ledger/keep/pruned.ts';
import type { FinishMark, Mark, StartMark } from '../../marks.ts';
import { redactToCut } from '../../redact.ts';
import { finishOfOthers, startOfOthers, wallOnly } from '../marksOfOthers.ts';
import type { DeploymentEvent } from './deploymentEvent.ts';

/** Open deployments of the same group without a mark for this long are closed when a new one begins. */
const abandonAfterMs = 24 * 3_600_000;

/** `seen`: it was recorded before; `late`: its deployment has ended already and does not change. */
export type IngestResult = 'taken' | 'seen' | 'late';

/**
 * Records one event within the caller's transaction, exactly once by its own ID: the deployment opens, begins, waits or
 * ends. `instance` is used as the host if neither the event nor the user names it.
 */
export function ingestEvent(
  context: Context,
  { database, event, instance }: { database: Database; event: DeploymentEvent; instance: string | null },
): { taken: IngestResult; warnings: Warning[] } {
  const { source, eventId, atMs, deploymentId, step } = event;
  if (!isFirstSight(database, { source, eventId, atMs, deploymentId }))
    return { taken: 'seen', warnings: [] };
  const known = findDeployment(database, deploymentId);
  if ((known === null || known.fragment) && wasPruned(database, deploymentId))
    return { taken: 'late', warnings: [] };
  const hasEnded = known !== null && known.status !== 'in-progress';
  const waits = factOf(database, { deploymentId, fact: `${source}.waits` }) === 'yes';
  saveFacts(database, {
    deploymentId,
    source,
    atMs,
    facts: {
      ...event.facts,
      [`${source}.waits`]: waitsNow(event),
      [`${source}.start`]: known === null && isStartless(event) ? 'not told: taken as the end' : null,
    },
  });
  if (step === 'told') return { taken: 'taken', warnings: [] };
  if (hasEnded) return { taken: 'late', warnings: [] };
  if (step === 'waits') withdrawStart(database, deploymentId);
  // Ask again for a waiting deployment: the two events may arrive in reverse order.
  if (step === 'waits' || (step === 'asked' && waits)) return { taken: 'taken', warnings: [] };
  const marks: Mark[] = [];
  if (known === null || known.fragment) marks.push(startMark(event, instance));
  if (step === 'ended') marks.push(finishMark(event));
  const warnings = applyCollected(context, { database, marks });
  if (step === 'runs' && known !== null)
    beginAt(database, { deploymentId, atMs: event.subject.startedAtMs ?? atMs });
  return { taken: 'taken', warnings };
}

/** Its start was recorded before, or never. */
function isStartless({ step, subject }: DeploymentEvent): boolean {
  return step === 'ended' && subject.startedAtMs === null;
}

function waitsNow({ step }: DeploymentEvent): string | null {
  if (step === 'waits') return 'yes';
  return step === 'runs' || step === 'ended' ? 'no' : null;
}

function startMark(event: DeploymentEvent, instance: string | null): StartMark {
  const { deploymentId, subject, atMs } = event;
  const hostname = subject.host ?? instance ?? subject.origin;
  const { deployment, environment, version, previousVersion, commitSha, triggeredBy } = subject;
  const { triggeredAtMs, method, notes, startedAtMs } = subject;
  return startOfOthers({
    markId: `${deploymentId}:start`,
    deploymentId,
    at: wallOnly(Math.min(startedAtMs ?? atMs, atMs)),
    deployment,
    environment,
    service: subject.service ?? deployment,
    hostname,
    version,
    previousVersion,
    commitSha,
    url: subject.url,
    triggeredAtMs,
    triggeredBy: triggeredBy === null ? null : freeWords(triggeredBy),
    method: freeWords(method),
    notes,
    abandonAfterMs,
  });
}

function finishMark({ deploymentId, atMs, end, subject }: DeploymentEvent): FinishMark {
  return finishOfOthers({
    markId: `${deploymentId}:finish`,
    deploymentId,
    at: wallOnly(atMs),
    status: end?.status ?? 'success',
    error: end?.error ?? null,
    notes: subject.notes,
  });
}

/** The limit of free-form text. */
function freeWords(text: string): string {
  return [...redactToCut(text, 200)].slice(0, 200).join('');
}
