import type { ChildEnd } from '../../child/end.ts';
import type { Context } from '../../context.ts';
import { successfulResult } from '../../ledger/marks/applyPhaseEnd.ts';
import type { FailurePolicy, FinishMark, Mark, PhaseEndMark, StageResult } from '../../marks.ts';
import { identify } from '../../processes.ts';
import { phaseEndMark, phaseStartMark } from '../phaseMarks.ts';
import { lengthOf, type OpenPhase, type openPhases, type Times } from './openPhases.ts';
import type { OutputMark } from './readMark.ts';

/** What the lines of one command belong to; nothing of it comes from a line. */
export interface Owner {
  readonly deploymentId: string;
  readonly service: string | null;
}

/** Makes the mark, once it is known to which deployment it belongs. */
export type Unowned = (owner: Owner) => Mark;

interface Making {
  readonly said: OutputMark;
  readonly times: Times;
  readonly open: ReturnType<typeof openPhases>;
  readonly judged: FailurePolicy;
}

/** The mark of a line. Only these kinds can come from output. */
export function asMark(context: Context, { said, times, open, judged }: Making): Unowned {
  const at = times.remote ?? times.arrived;
  const markId = context.uniqueId();
  switch (said.kind) {
    case 'phase-start': {
      const { stage } = said;
      open.begin({ stage, runId: markId, times });
      const process = identify(context, context.pid);
      return (owner) => phaseStartMark(context, { ...owner, markId, runId: markId, stage, at, process });
    }
    case 'phase-end':
      return phaseEnd(context, { said, times, judged, began: open.end(said.stage) });
    case 'phase-record': {
      const { stage, durationSeconds } = said;
      const startedAt = { wallMs: at.wallMs - durationSeconds * 1000, monotonicSeconds: null, boot: null };
      const known = { markId, runId: markId, stage, at, startedAt, durationSeconds };
      return (owner) =>
        phaseEndMark(context, { ...owner, ...known, result: { ...successfulResult, judged } });
    }
    case 'smoke': {
      const result = resultOf({ status: said.passed ? 'success' : 'failed', exitCode: null, judged });
      const known = { kind: 'smoke', markId, runId: markId, at, test: said.test, startedAt: null } as const;
      return (owner) => ({ ...known, ...owner, result });
    }
    case 'error-rate':
      return (owner) => ({ kind: 'error-rate', markId, at, errorRate: said.ratio, ...owner });
    case 'notes':
      return ({ deploymentId }) => noteMark({ markId, deploymentId, at, notes: said.text });
  }
}

function phaseEnd(
  context: Context,
  {
    said,
    times,
    judged,
    began,
  }: {
    said: OutputMark & { readonly kind: 'phase-end' };
    times: Times;
    judged: FailurePolicy;
    began: OpenPhase | null;
  },
): Unowned {
  const { stage } = said;
  const result = resultOf({ ...said, judged });
  // A run of its own if the output has not begun it: output never ends what others have begun.
  const run =
    began === null ? { runId: context.uniqueId(), at: times.remote ?? times.arrived } : runOf(began, times);
  return (owner) => phaseEndMark(context, { ...owner, stage, result, ...run });
}

function runOf(began: OpenPhase, ended: Times): Partial<PhaseEndMark> {
  const { runId, times } = began;
  return { runId, startedAt: times.remote ?? times.arrived, ...lengthOf(times, ended) };
}

/** The end of a phase that was open when the command ended. */
export function endOfOpen(
  context: Context,
  { phase, end, judged }: { phase: OpenPhase; end: ChildEnd; judged: FailurePolicy },
): Unowned {
  const failed = end.shellCode !== 0;
  const why = end.timedOut ? 'timed out' : (end.signal ?? `exit code ${end.shellCode}`);
  const result: StageResult = {
    ...resultOf({ status: failed ? 'failed' : 'success', exitCode: null, judged }),
    ...(failed ? { errorMessage: `still open when the command ended: ${why}`, errorType: 'canceled' } : {}),
  };
  const run = runOf(phase, { arrived: end.endedAt, remote: null });
  return (owner) => phaseEndMark(context, { ...owner, stage: phase.stage, result, ...run });
}

function resultOf(said: Pick<StageResult, 'status' | 'exitCode' | 'judged'>): StageResult {
  const failed = said.status === 'failed';
  const isCode = (said.exitCode ?? 0) !== 0;
  return {
    ...successfulResult,
    ...said,
    errorType: failed ? (isCode ? 'exit_code' : 'other') : null,
    errorMessage: failed && said.exitCode !== null ? `exit code ${said.exitCode}` : null,
  };
}

/** Fills the notes of the deployment if they are empty, and closes nothing. */
function noteMark(note: Pick<FinishMark, 'markId' | 'deploymentId' | 'at' | 'notes'>): FinishMark {
  return {
    kind: 'finish',
    ...note,
    status: null,
    exitCode: null,
    error: null,
    onExit: false,
    abandoned: false,
    discard: false,
    keepOpen: true,
  };
}
