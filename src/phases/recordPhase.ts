import type { ChildEnd } from '../child/end.ts';
import type { RunningChild } from '../child/run.ts';
import {
  type ResolvedDeployment,
  resolveDeployment,
  serviceOnHost,
} from '../deployments/resolveDeployment.ts';
import type { MeasuredDowntime, PhaseEndMark, SmokeMark } from '../marks.ts';
import { identify } from '../processes.ts';
import { send } from '../push/pushGroups.ts';
import { endCommand } from '../session/openSession.ts';
import { partAtHand } from '../session/unrecorded.ts';
import type { CutoverProber, Session } from '../session.ts';
import type { MigrationCounter } from './migrationCount.ts';
import type { OutputMarks } from './outputMarks/outputMarks.ts';
import { phaseFacts } from './phaseFacts.ts';
import { hasFacts, phaseEndMark, phaseStartMark } from './phaseMarks.ts';
import { stageResult, stderrTail } from './stageResult.ts';
import type { WrapPlan } from './wrapPlan.ts';

/** A shorter run is recorded once, at its end; a longer one is also shown while it runs. */
const shownAsRunningAfterMs = 25;

interface Wrapped {
  readonly plan: WrapPlan;
  readonly child: RunningChild;
  readonly counter: MigrationCounter | null;
  readonly prober: CutoverProber | null;
  /** The marks in its output. */
  readonly marks?: OutputMarks | null;
}

/**
 * Records a running command as a phase or a smoke test: its exit status is fixed before anything is recorded, and is
 * ours whatever happens to the record. Returns the exit code to use if the command's own is 0.
 */
export async function recordPhase(
  session: Session,
  { plan, child, counter, prober, marks = null, recorded }: Wrapped & { recorded: (code: number) => void },
): Promise<number> {
  const { context } = session;
  const runId = context.uniqueId();
  const [end, which] = await Promise.all([child.ended, whileItRuns(session, { child, plan, marks, runId })]);
  const downtime = await (prober?.settle({ end, deploymentId: which.deploymentId }) ?? null);
  session.warnings.push(...which.warnings);
  let kept = 0;
  let code = 0;
  await marks?.finish(end);
  if (which.deploymentId !== null) {
    const ended = { plan, end, runId, deploymentId: which.deploymentId, service: which.service };
    const seen = { downtime, migrationCount: plan.migrations.count ?? counter?.count() ?? null };
    session.warnings.push(...(await session.store.record(await endMark(session, { ...ended, ...seen }))));
    kept = session.warnings.length;
    code = await codeOf(session, ended);
    recorded(code);
    await send(session, { deploymentId: which.deploymentId, adopt: 'never' });
  }
  // Everything is stored: a slow reader of the output must not make us killable by SIGKILL only.
  end.release();
  return endCommand(session, { code: end.shellCode === 0 ? code : end.shellCode, kept });
}

/**
 * 1 if the phase is slower than `--max-slowdown` allows. Only that option and a terminal need the earlier runs: no other mark
 * reads them, in a CI `finish` reports them.
 */
async function codeOf(
  session: Session,
  { plan, end, deploymentId, runId }: Pick<Ended, 'plan' | 'end' | 'deploymentId' | 'runId'>,
): Promise<number> {
  const { maxSlowdown, subject } = plan;
  const isAsked = maxSlowdown !== null || session.context.stderr.isTerminal;
  if (!isAsked || subject.kind !== 'phase' || end.shellCode !== 0) return 0;
  const part = await partAtHand(session, () => import('../report/phaseReport.ts'));
  return part?.phaseReport(session, { deploymentId, runId, maxSlowdown }) ?? 0;
}

interface Running {
  readonly child: RunningChild;
  readonly plan: WrapPlan;
  readonly marks: OutputMarks | null;
  readonly runId: string;
}

type Owned = ResolvedDeployment & { readonly service: string | null };

/** The deployment and service, and while the command runs the marks in its output, after its own row has begun. */
async function whileItRuns(session: Session, running: Running): Promise<Owned> {
  const which = await resolveDeployment(session);
  const { deploymentId } = which;
  const { host } = running.plan;
  const service = deploymentId === null ? null : await serviceOnHost(session, { host, deploymentId });
  await showWhileItRuns(session, { ...running, which: { ...which, service } });
  running.marks?.begin(deploymentId === null ? null : { deploymentId, service });
  return { ...which, service };
}

/** Opens the ledger, and shows the command as running if it takes its time. */
async function showWhileItRuns(
  session: Session,
  { child, plan, runId, which }: Running & { which: Owned },
): Promise<void> {
  const { context, store } = session;
  const { subject } = plan;
  if (which.deploymentId === null || child.pid === null || subject.kind === 'smoke') return;
  await store.database().catch(() => {}); // reported once, when the end is recorded
  const { irreversible } = plan;
  const isOver = await Promise.race([
    child.ended.then(() => true),
    context.sleep(irreversible ? 0 : shownAsRunningAfterMs).then(() => false),
  ]);
  if (isOver || !store.isOpen) return;
  const mark = phaseStartMark(context, {
    at: child.startedAt,
    deploymentId: which.deploymentId,
    stage: subject.stage,
    service: which.service,
    runId,
    process: identify(context, context.pid),
    ...(irreversible ? { irreversible } : {}),
  });
  session.warnings.push(...(await store.record(mark)));
}

interface Ended {
  readonly plan: WrapPlan;
  readonly end: ChildEnd;
  readonly runId: string;
  readonly deploymentId: string;
  readonly service: string | null;
  readonly downtime: MeasuredDowntime | null;
  /** Null if nothing was counted. */
  readonly migrationCount: number | null;
}

async function endMark(session: Session, ended: Ended): Promise<PhaseEndMark | SmokeMark> {
  const { plan, end, runId, deploymentId, service, downtime } = ended;
  const { subject, migrations } = plan;
  const tail = end.stderrTail === null ? null : stderrTail(end.stderrTail);
  const { startedAt, endedAt: at } = end;
  const result = stageResult(end, { judged: plan.judged, stderrTail: tail, timeoutMs: plan.timeoutMs });
  const known = { at, deploymentId, service, runId, startedAt, result };
  if (subject.kind === 'smoke')
    return { kind: 'smoke', markId: session.context.uniqueId(), test: subject.test, ...known };
  const sources = {
    ...plan,
    count: ended.migrationCount,
    countFile: migrations.file,
  };
  const facts = hasFacts(sources) ? await phaseFacts(session, sources) : {};
  const irreversible = plan.irreversible ? { irreversible: true } : {};
  return phaseEndMark(session.context, {
    ...known,
    stage: subject.stage,
    downtime,
    ...facts,
    ...irreversible,
  });
}
