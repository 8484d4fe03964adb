import type { ChildEnd } from '../../child/end.ts';
import { startChild } from '../../child/run.ts';
import { serviceOf } from '../../deployments/resolveDeployment.ts';
import type { Attempt } from '../../probe/attempt.ts';
import type { HealthPlan } from '../../probe/verification/healthPlan.ts';
import { redact } from '../../redact.ts';
import { problemLines } from '../../report/messages/warnings.ts';
import type { Session } from '../../session.ts';
import { stageResult } from '../stageResult.ts';
import { verifyEndpoint } from '../verifyEndpoint.ts';
import type { SmokeCommand, VerifyPlan } from './plan.ts';

/** What failed: the reason of the rollback as the metrics know it, and one line about it. */
export interface Failure {
  readonly reason: string;
  readonly words: string;
}

export interface Checked {
  readonly failure: Failure | null;
  readonly attempts: readonly Attempt[];
  /** A signal that was meant for us has ended a test: nothing is known, and nothing more is done. */
  readonly interrupted: ChildEnd | null;
}

interface Checking {
  readonly plan: VerifyPlan;
  readonly deploymentId: string | null;
  /** Null: the deployment's own. */
  readonly expectVersion: string | null;
}

/** Health, then smoke tests, then the time that is watched; the first failure ends it. */
export async function runChecks(session: Session, checking: Checking): Promise<Checked> {
  const { health, smokes } = checking.plan;
  const attempts: Attempt[] = [];
  const check = async (plan: HealthPlan, wasHealthy = false): Promise<Failure | null> => {
    const { deploymentId } = checking;
    const expectVersion = checking.expectVersion ?? plan.expectVersion;
    const asked = { plan, which: { deploymentId }, expectVersion, wasHealthy };
    const { verification, errorRate } = await verifyEndpoint(session, asked);
    attempts.push(...verification.attempts);
    if (verification.success) return null;
    const words = `health: ${redact(verification.words)}`;
    return { reason: errorRate === null ? 'health_check_failed' : 'error_rate', words };
  };
  const watchesLater = smokes.length > 0 && health !== null && health.watchMs !== null;
  const first = health === null ? null : await check(watchesLater ? { ...health, watchMs: null } : health);
  if (first !== null) return { failure: first, attempts, interrupted: null };
  for (const smoke of smokes) {
    const { failure, interrupted } = await runSmoke(session, { smoke, ...checking });
    if (failure !== null || interrupted !== null) return { failure, attempts, interrupted };
  }
  const watched = watchesLater ? await check(health, true) : null;
  return { failure: watched, attempts, interrupted: null };
}

/** Those that a person or a CI sends to stop the deployment. */
const stopping: readonly (NodeJS.Signals | null)[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

async function runSmoke(
  session: Session,
  { smoke, deploymentId }: { smoke: SmokeCommand; deploymentId: string | null },
): Promise<Pick<Checked, 'failure' | 'interrupted'>> {
  const { context, store } = session;
  const { test, call } = smoke;
  const env = { ...context.env, ...(deploymentId === null ? {} : { DEPLOYTRACK_ID: deploymentId }) };
  const end = await startChild(context, { ...call, env }).ended;
  const { startedAt, endedAt: at } = end;
  const result = stageResult(end, { judged: 'yes', stderrTail: null, timeoutMs: null });
  if (deploymentId !== null) {
    const ids = { markId: context.uniqueId(), runId: context.uniqueId(), deploymentId };
    const mark = { kind: 'smoke', ...ids, at, test, service: serviceOf(session), startedAt, result } as const;
    session.warnings.push(...(await store.record(mark)).filter(({ code }) => code !== 'LATE'));
  }
  if (stopping.includes(end.signal)) return { failure: null, interrupted: end };
  end.release();
  if (result.errorMessage === null) return { failure: null, interrupted: null };
  const words = `smoke test ${test}: ${result.errorMessage}`;
  context.stderr.write(problemLines({ message: words }));
  return { failure: { reason: 'test_failed', words }, interrupted: null };
}
