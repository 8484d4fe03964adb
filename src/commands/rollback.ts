import { besideChild } from '../child/beside.ts';
import type { ChildEnd } from '../child/end.ts';
import { defineCommand } from '../cli/define/command.ts';
import { checkOptions, verificationTimeout } from '../cli/define/healthOptions.ts';
import { content, duration, flag, line, url } from '../cli/define/kinds.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { ofDeploymentOption } from '../cli/define/startOptions.ts';
import { deploymentRow, type ResolvedDeployment } from '../deployments/resolveDeployment.ts';
import { ofDeployment, resolveForRecord } from '../deployments/resolveForRecord.ts';
import { reasonOf } from '../deployments/rollbackReason.ts';
import { DeploytrackError } from '../errors.ts';
import type { RollbackMark } from '../marks.ts';
import {
  type RollbackCommand,
  recordRollbackCommand,
  startRollbackCommand,
} from '../phases/rollbackCommand.ts';
import { verify } from '../phases/verifyEndpoint.ts';
import { type CheckInput, type HealthPlan, readHealthPlan } from '../probe/verification/healthPlan.ts';
import { send } from '../push/pushGroups.ts';
import { endCommand } from '../session/openSession.ts';
import { unrecorded } from '../session/unrecorded.ts';
import type { Session } from '../session.ts';

/**
 * `rollback`: records that a deployment was rolled back; with a command it runs it as phase `rollback`, with `--health`
 * it verifies the restored version. Exit: the command's code, otherwise 1 if not healthy.
 */
export const command = defineCommand({
  name: 'rollback',
  after: 'finish',
  summary: 'record a rollback; if a command is given, run it',
  group: 'script',
  examples: [
    'deploytrack rollback --reason health_check_failed -- ./switch.sh 1.3',
    'deploytrack rollback --to 1.3 --health http://localhost:8080/ -- ./back.sh',
  ],
  options: {
    reason: content({ help: 'why, in 1 to 200 characters', otherwise: 'manual' }),
    to: line({ value: 'version', help: 'version to roll back to', otherwise: 'the previous one' }),
    of: ofDeploymentOption,
    failed: flag({ help: 'the rollback failed' }),
    health: url({ help: 'verify the version that is now in service' }),
    timeout: duration({
      help: 'time limit of command and verification',
      otherwise: `${verificationTimeout}; for the command none`,
    }),
    ...checkOptions,
  },
  settings: ofMarks,
  exits: {
    n: "the command's own exit code",
    '0': 'recorded',
    '1': 'with --health: not healthy; with --strict: recording or pushing failed',
  },
  wrappedOptional: true,
  policy: { onWrongSetting: 'warn', wraps: true, sends: 'mark' },
  run: async (session: Session, { wrapped, ...said }) => {
    const plan = await readRollbackPlan(session, said);
    if (isNone(wrapped)) return recordRollback(session, { plan, wayBack: null, recorded: () => {} });
    const wayBack = startRollbackCommand(session, { command: wrapped, timeoutMs: plan.timeoutMs });
    return besideChild(session.context, {
      child: wayBack.child,
      typed: session.command.name,
      work: (recorded) => recordRollback(session, { plan, wayBack, recorded }),
      failed: (error) =>
        plan.health === null ? unrecorded(session, error) : unrecorded(session, error) || 1,
    });
  },
});

/** PowerShell passes an empty array as one empty argument: no command was given. */
function isNone(command: readonly string[]): boolean {
  return command.every((word) => word === '') && command.length < 2;
}

/** Records the event and its result; returns the exit code to use if the rollback command succeeded. */
async function recordRollback(
  session: Session,
  {
    plan,
    wayBack,
    recorded,
  }: { plan: RollbackPlan; wayBack: RollbackCommand | null; recorded: (code: number) => void },
): Promise<number> {
  const which = await recordedFor(session, plan);
  session.warnings.push(...which.warnings);
  const { end, healthy } = await goBack(session, { plan, wayBack, which });
  recorded(healthy ? 0 : 1);
  await send(session, { deploymentId: which.deploymentId, adopt: 'never' });
  const failed = end !== null && end.shellCode !== 0;
  return endCommand(session, { code: failed ? end.shellCode : healthy ? 0 : 1 });
}

/** As the command of `--rollback` it records nothing: that rollback is recorded already. */
async function recordedFor(session: Session, { of }: RollbackPlan): Promise<ResolvedDeployment> {
  const which = await resolveForRecord(session, { of, finishedToo: true });
  const outer = session.context.env.DEPLOYTRACK_ROLLING_BACK;
  if (outer === undefined || outer !== which.deploymentId) return which;
  const message = `deployment ${outer} is rolled back by --rollback, which records it; this rollback was not recorded`;
  return { deploymentId: null, warnings: [{ code: 'NESTED_ROLLBACK', message }] };
}

/** The options of a rollback. */
interface RollbackPlan {
  readonly of: string | null;
  readonly reason: string;
  readonly toVersion: string | null;
  readonly failed: boolean;
  readonly timeoutMs: number | null;
  readonly health: RestoredHealth | null;
}

/** `unread`: a needed file cannot be read, so the health is unknown. */
export type RestoredHealth = HealthPlan | 'unread';

/** The given options of a rollback. */
interface Said extends CheckInput {
  readonly of: string | null;
  readonly reason: string | null;
  readonly to: string | null;
  readonly failed: boolean;
  readonly health: string | null;
}

/** Reads and checks the options before anything runs. Throws a usage error. */
async function readRollbackPlan(session: Session, said: Said): Promise<RollbackPlan> {
  const reason = await reasonOf(session, said.reason);
  return {
    of: ofDeployment(said.of),
    reason,
    toVersion: said.to,
    failed: said.failed,
    timeoutMs: said.timeoutMs,
    health: said.health === null ? null : await healthOf(session, { ...said, url: said.health }),
  };
}

/** A file that cannot be read must not prevent a rollback. */
export async function healthOf(
  session: Session,
  said: CheckInput & { readonly url: string },
): Promise<RestoredHealth> {
  try {
    return await readHealthPlan(session, { ...said, wrapped: [] });
  } catch (error) {
    if (!(error instanceof DeploytrackError) || error.code !== 'FILE') throw error;
    const { code, message } = error;
    const hint = 'the restored version was not verified; it is counted as not healthy';
    session.warnings.push({ code, message, hint, failed: 'recording' });
    return 'unread';
  }
}

interface GoingBack {
  readonly plan: RollbackPlan;
  readonly wayBack: RollbackCommand | null;
  readonly which: ResolvedDeployment;
}

/** Records the event: at once if nothing is run or verified, otherwise its start and its end. */
async function goBack(
  session: Session,
  { plan, wayBack, which }: GoingBack,
): Promise<{ end: ChildEnd | null; healthy: boolean }> {
  const mark = rollbackMark(session, { plan, which });
  if (wayBack === null && plan.health === null) {
    await record(session, mark);
    return { end: null, healthy: true };
  }
  await record(session, { ...mark, success: false, step: 'begin' });
  const { deploymentId } = which;
  const back = wayBack === null ? null : await recordRollbackCommand(session, { wayBack, deploymentId });
  const cameBack = (back?.error ?? null) === null;
  // The rollback command is over: signals are for us again.
  const stopped = back === null ? [] : [back.end.interrupted.then(() => false)];
  const healthy = !cameBack || (await Promise.race([isHealthy(session, { plan, which }), ...stopped]));
  const error = back?.error ?? (healthy ? null : doubtOf(plan.health));
  await record(session, {
    ...mark,
    at: session.context.instant(),
    success: cameBack && healthy && !plan.failed,
    exitCode: back?.end.shellCode ?? null,
    error,
    step: 'end',
  });
  return { end: back?.end ?? null, healthy };
}

/** Why a rollback whose command succeeded is not successful. */
export function doubtOf(health: RestoredHealth | null): string {
  return health === 'unread' ? 'not verified after the rollback' : 'not healthy after the rollback';
}

function rollbackMark(
  { context }: Session,
  { plan, which }: { plan: RollbackPlan; which: ResolvedDeployment },
): RollbackMark {
  return {
    kind: 'rollback',
    markId: context.uniqueId(),
    deploymentId: which.deploymentId ?? '',
    at: context.instant(),
    rollbackId: context.uniqueId(),
    reason: plan.reason,
    toVersion: plan.toVersion,
    success: !plan.failed,
    exitCode: null,
    error: null,
    step: 'whole',
  };
}

async function record({ context, store, warnings }: Session, mark: RollbackMark): Promise<void> {
  if (mark.deploymentId === '') return;
  warnings.push(...(await store.record({ ...mark, markId: context.uniqueId() })));
}

/** Verifies the restored version; any version if it is unknown. True if no verification was requested. */
export async function isHealthy(
  session: Session,
  { plan, which }: { plan: Pick<RollbackPlan, 'health' | 'toVersion'>; which: ResolvedDeployment },
): Promise<boolean> {
  if (plan.health === null) return true;
  if (plan.health === 'unread') return false;
  const { health, toVersion } = plan;
  const expectVersion = health.expectVersion ?? toVersion ?? (await previousVersion(session, which));
  return verify(session, {
    plan: expectVersion === null ? { ...health, anyVersion: true } : health,
    which,
    expectVersion,
  });
}

async function previousVersion(
  session: Session,
  { deploymentId }: ResolvedDeployment,
): Promise<string | null> {
  if (deploymentId === null) return null;
  const row = await deploymentRow(session, deploymentId).catch(() => null);
  return row?.previousVersion ?? null;
}
