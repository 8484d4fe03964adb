import type { ChildEnd } from '../../child/end.ts';
import type { RunningChild } from '../../child/run.ts';
import { fileStat } from '../../fileStat.ts';
import type { PhaseEndMark } from '../../marks.ts';
import { identify } from '../../processes.ts';
import { redact } from '../../redact.ts';
import type { CutoverProber, Session } from '../../session.ts';
import type { WrapPlan } from '../../words/wrapPlan.ts';
import { endCommand } from '../endCommand.ts';
import { send } from '../sending/send.ts';
import { serviceOf, type Which, whichDeployment } from '../which/whichDeployment.ts';
import { countFromFile, type MigrationCounter } from './migrationCount.ts';
import { phaseEndMark, phaseStartMark } from './phaseMarks.ts';
import { stageResult } from './stageResult.ts';

/** A shorter run is recorded once, at its end; a longer one is seen while it runs. */
const shownAsRunningAfterMs = 25;

interface Wrapped {
  readonly plan: WrapPlan;
  readonly child: RunningChild;
  readonly counter: MigrationCounter | null;
  readonly prober: CutoverProber | null;
}

/**
 * Records a running command as a phase: its exit status is fixed before anything is recorded, and is ours whatever
 * happens to the record. The exit code where the command's own is 0.
 */
export async function recordPhase(
  session: Session,
  { plan, child, counter, prober }: Wrapped,
): Promise<number> {
  const { context } = session;
  const runId = context.uniqueId();
  const [end, which] = await Promise.all([child.ended, whileItRuns(session, { child, plan, runId })]);
  if (end.failure !== null) context.stderr.write(`deploytrack: ${end.failure.message}\n`);
  const downtime = await (prober?.settle({ end, deploymentId: which.deploymentId }) ?? null);
  session.warnings.push(...which.warnings);
  let kept = 0;
  if (which.deploymentId !== null) {
    const mark = endMark(session, { plan, end, runId, deploymentId: which.deploymentId });
    session.warnings.push(
      ...(await session.store.record({
        ...mark,
        downtime,
        migrationCount: plan.migrations.count ?? counter?.count() ?? mark.migrationCount,
      })),
    );
    kept = session.warnings.length;
    await send(session, { deploymentId: which.deploymentId, kind: 'mark', adopt: 'never' });
  }
  return endCommand(session, { code: end.shellCode, kept });
}

/** Opens the ledger beside the running command, and shows it as running where it takes its time. */
async function whileItRuns(
  session: Session,
  { child, plan, runId }: { child: RunningChild; plan: WrapPlan; runId: string },
): Promise<Which> {
  const { context, store } = session;
  const which = await whichDeployment(session);
  if (which.deploymentId === null || child.pid === null) return which;
  await store.database().catch(() => {}); // told once, when the end is recorded
  const isOver = await Promise.race([
    child.ended.then(() => true),
    context.sleep(shownAsRunningAfterMs).then(() => false),
  ]);
  if (isOver || !store.isOpen) return which;
  const mark = phaseStartMark(context, {
    at: child.startedAt,
    deploymentId: which.deploymentId,
    stage: plan.stage,
    service: serviceOf(session),
    runId,
    process: identify(context, context.pid),
  });
  session.warnings.push(...(await store.record(mark)));
  return which;
}

function endMark(
  session: Session,
  task: { plan: WrapPlan; end: ChildEnd; runId: string; deploymentId: string },
): PhaseEndMark {
  const { plan, end, runId, deploymentId } = task;
  const stderrTail = end.stderrTail === null ? null : redact(end.stderrTail);
  const sizes =
    plan.artifact === null && plan.downloadSeconds === null
      ? null
      : {
          bytes: plan.artifact === null ? null : sizeOf(plan.artifact),
          downloadSeconds: plan.downloadSeconds,
        };
  return phaseEndMark(session.context, {
    at: end.endedAt,
    deploymentId,
    stage: plan.stage,
    service: serviceOf(session),
    runId,
    startedAt: end.startedAt,
    result: stageResult(end, { judged: plan.judged, stderrTail, timeoutMs: plan.timeoutMs }),
    migrationCount: plan.migrations.file === null ? null : countFromFile(session, plan.migrations.file),
    artifact: sizes,
    databaseBytes: plan.databaseFile === null ? null : sizeOf(plan.databaseFile),
  });
}

function sizeOf(path: string): number | null {
  return fileStat(path)?.size ?? null;
}
