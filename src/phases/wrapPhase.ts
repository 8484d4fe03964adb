import { besideChild } from '../child/beside.ts';
import { openRelay } from '../child/relay.ts';
import { type ChildRequest, startChild } from '../child/run.ts';
import { partAtHand, unrecorded } from '../session/unrecorded.ts';
import type { CutoverProber, Session } from '../session.ts';
import { countMigrations, type MigrationCounter } from './migrationCount.ts';
import type { OutputMarks } from './outputMarks/outputMarks.ts';
import { recordPhase } from './recordPhase.ts';
import { readStderrBytes } from './stageResult.ts';
import type { WrapPlan } from './wrapPlan.ts';

/** Runs one command as a phase, after checking the options. Throws usage errors before it starts. */
export async function wrapPhase(session: Session, plan: WrapPlan): Promise<number> {
  const { context } = session;
  const counter = plan.migrations.pattern === null ? null : countMigrations(plan.migrations.pattern);
  const prober = plan.probe === null ? null : await proberBeside(session, plan.probe);
  await prober?.first;
  const [command = '', ...args] = plan.command;
  const marks = await marksOf(session, plan);
  const child = startChild(context, {
    command,
    args,
    env: marks === null ? context.env : { ...context.env, ...marks.environment },
    ...(plan.timeoutMs === null ? {} : { timeoutMs: plan.timeoutMs }),
    ...relayOf(plan, { counter, marks }),
  });
  return besideChild(context, {
    child,
    typed: plan.typed,
    work: (recorded) => recordPhase(session, { plan, child, counter, prober, marks, recorded }),
    failed: (error) => unrecorded(session, error),
  });
}

async function proberBeside(
  session: Session,
  probe: NonNullable<WrapPlan['probe']>,
): Promise<CutoverProber | null> {
  const part = await partAtHand(session, () => import('../probe/cutover/probedCutover.ts'));
  return part === null ? null : part.probedCutover(session, probe);
}

async function marksOf(session: Session, { marks: how, judged }: WrapPlan): Promise<OutputMarks | null> {
  if (how === null) return null;
  const part = await partAtHand(session, () => import('./outputMarks/outputMarks.ts'));
  return part?.outputMarks(session, { hides: how === 'hide', judged }) ?? null;
}

function relayOf(
  plan: WrapPlan,
  { counter, marks }: { counter: MigrationCounter | null; marks: OutputMarks | null },
): Pick<ChildRequest, 'relay'> {
  if (!plan.keepStderr && counter === null && marks === null) return {};
  return {
    relay: (context) =>
      openRelay(context, {
        keepStderrBytes: plan.keepStderr ? readStderrBytes : undefined,
        observe: counter?.observe,
        filter: marks?.filter,
      }),
  };
}
