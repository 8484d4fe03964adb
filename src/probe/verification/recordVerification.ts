import type { HealthMark } from '../../marks.ts';
import type { Session } from '../../session.ts';
import type { Verification } from '../verify.ts';
import { attemptRecord } from './attemptRecord.ts';
import type { HealthPlan } from './healthPlan.ts';

/** Records a finished verification. */
export async function recordVerification(
  session: Session,
  record: {
    deploymentId: string;
    verificationId: string;
    service: string | null;
    plan: HealthPlan;
    verification: Verification;
    /** Null without --watch. */
    errorRate: number | null;
    target: string;
    expectedVersion: string | null;
  },
): Promise<void> {
  const { plan, verification } = record;
  const mark: HealthMark = {
    kind: 'health',
    markId: session.context.uniqueId(),
    deploymentId: record.deploymentId,
    at: verification.endedAt,
    verificationId: record.verificationId,
    service: record.service,
    checkType: plan.checkType,
    target: record.target,
    startedAt: verification.startedAt,
    success: verification.success,
    verdict: verification.verdict,
    words: verification.words,
    expectedVersion: record.expectedVersion,
    attempts: verification.attempts.map(attemptRecord),
    firstGoodAt: verification.firstGoodAt,
    sinceMs: plan.sinceMs,
    judged: plan.judged,
    errorRate: record.errorRate,
  };
  session.warnings.push(...(await session.store.record(mark)));
}
