import { unlinkSync } from 'node:fs';
import type { Warning } from '../../errors.ts';
import { backgroundProbers, forgetProber, type KnownProber } from '../../ledger/backgroundProbers.ts';
import { visibleText } from '../../ledger/checks/reading.ts';
import type { FinishMark, MeasuredDowntime } from '../../marks.ts';
import type { Instant } from '../../model.ts';
import { liveness } from '../../processes.ts';
import type { Session } from '../../session.ts';
import { readAttempts } from '../attemptFile.ts';
import { stopBackgroundProber } from '../backgroundProber.ts';
import { measureOutages } from '../downtime.ts';
import { signedSeconds } from '../order.ts';
import { attemptRecord } from '../verification/attemptRecord.ts';
import { proberLife, whyNotOwnFile } from './ownProber.ts';
import { hasPrevious } from './probedCutover.ts';

interface Ending {
  readonly deploymentId: string;
  /** When the cutover ended. */
  readonly at: Instant;
}

/**
 * Stops the background prober of the open cutover of a service (null: the deployment's own) that `phase end` would end,
 * and returns what it measured; null if there is none. Waits up to `waitMs` for a successful check after `at`, as a wrapped cutover does.
 */
export async function collectProber(
  session: Session,
  {
    service,
    waitMs,
    caller = null,
    replaced = null,
    ...ending
  }: Ending & { service: string | null; waitMs: number; caller?: string | null; replaced?: string | null },
): Promise<MeasuredDowntime | null> {
  const open = (await leftBehind(session, ending.deploymentId)).filter(
    (one) => one.status === 'running' && one.service === (service ?? one.ownService),
  );
  const ofCaller = (token: string | null) => open.find((one) => one.caller !== null && one.caller === token);
  const left = ofCaller(replaced) ?? ofCaller(caller) ?? open[0];
  if (left === undefined) return null;
  const { context } = session;
  while (
    waitMs > 0 &&
    liveness(context, left.process) !== 'dead' &&
    whyNotOwnFile(context, left.file) === null &&
    signedSeconds(ending.at, context.instant()) * 1000 < waitMs
  ) {
    const { attempts } = readAttempts(left.file);
    if (attempts.some((attempt) => attempt.healthy && signedSeconds(ending.at, attempt.startedAt) >= 0))
      break;
    await context.sleep(20);
  }
  return collect(session, { left, ...ending });
}

/** Stops every background prober of a deployment and returns what they measured, by run. */
export async function collectProbers(
  session: Session,
  ending: Ending,
): Promise<NonNullable<FinishMark['probed']>> {
  const left = await leftBehind(session, ending.deploymentId);
  const collected = await Promise.all(
    left.map(async (one) => ({
      runId: one.runId,
      downtime: await collect(session, { left: one, ...ending }),
    })),
  );
  return collected.flatMap(({ runId, downtime }) => (downtime === null ? [] : [{ runId, downtime }]));
}

/** Null if the ledger names a file or a process that is not ours: both are left alone, with a warning. */
async function collect(
  session: Session,
  { left, deploymentId }: Ending & { left: KnownProber },
): Promise<MeasuredDowntime | null> {
  const { context, store } = session;
  const { pid } = left.process;
  const life = proberLife(context, left.process);
  const why =
    whyNotOwnFile(context, left.file) ??
    (life === 'other' ? `process ${pid} is not a prober of this account` : null);
  await store.write((database) => forgetProber(database, left.runId)).catch(() => {});
  if (why !== null) {
    session.warnings.push(leftAlone(left.file, why));
    return null;
  }
  const { attempts } =
    life === 'own'
      ? await stopBackgroundProber(context, { pid, file: left.file, timeoutMs: 1500 })
      : readAttempts(left.file);
  try {
    unlinkSync(left.file);
  } catch {
    // Already gone: another `end` was faster.
  }
  const hasPreviousVersion = await hasPrevious(session, deploymentId);
  const outages = measureOutages({ attempts, commandStartedAt: left.startedAt, hasPreviousVersion });
  return { outages, attempts: attempts.map(attemptRecord) };
}

/** In a shared ledger another account's prober cannot be stopped; it ends by itself. */
function leftAlone(file: string, why: string): Warning {
  return {
    code: 'PROBE',
    message: `the prober of a cutover was not stopped, and its downtime was not recorded: ${visibleText(file, 200)}: ${why}`,
    hint: 'run `phase end cutover` as the account that ran `phase start cutover --probe`',
    failed: 'recording',
  };
}

async function leftBehind(session: Session, deploymentId: string): Promise<KnownProber[]> {
  try {
    return backgroundProbers(await session.store.database(), deploymentId);
  } catch {
    return []; // the mark itself reports that the ledger cannot be used
  }
}
