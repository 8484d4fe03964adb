import { besideChild } from '../child/beside.ts';
import type { ChildEnd } from '../child/end.ts';
import { openRelay } from '../child/relay.ts';
import { type RunningChild, startChild } from '../child/run.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfWrapped } from '../cli/define/exits.ts';
import {
  checkOptions,
  rollbackOptions,
  smoke,
  verificationOptions,
  verificationTimeout,
} from '../cli/define/healthOptions.ts';
import { duration, explainedIn, url } from '../cli/define/kinds.ts';
import { ofStarts } from '../cli/define/settingLists.ts';
import { startOptions } from '../cli/define/startOptions.ts';
import { outputOptions } from '../cli/define/wrapOptions.ts';
import { type BegunDeployment, beginDeployment, sendBegun } from '../deployments/beginDeployment.ts';
import { joinedRun } from '../deployments/joinedRun.ts';
import { serviceOnHost } from '../deployments/resolveDeployment.ts';
import { asWarning, DeploytrackError, usageError, type Warning } from '../errors.ts';
import type { FinishMark } from '../marks.ts';
import type { ScriptVerification } from '../phases/automaticRollback/afterScript.ts';
import type { VerifyInput } from '../phases/automaticRollback/plan.ts';
import type { StartInput } from '../phases/automaticRollback/plannedRun.ts';
import type { OutputMarks } from '../phases/outputMarks/outputMarks.ts';
import { collectProbers } from '../probe/cutover/collectProber.ts';
import { identify } from '../processes.ts';
import { problemLines } from '../report/messages/warnings.ts';
import { endCommand } from '../session/openSession.ts';
import { partAtHand, unrecorded } from '../session/unrecorded.ts';
import type { Session } from '../session.ts';
import { forgetId, settle } from './finish.ts';

const { allowFailure: _, ...checks } = checkOptions;
const { watch, minSuccess } = verificationOptions;
const { rollback, ...ofRollback } = rollbackOptions;

/** `run -- <script…>`: starts a deployment, runs the script with its ID, and finishes it with the exit code. */
export const command = defineCommand({
  name: 'run',
  after: 'rollback',
  summary: 'run a script as one deployment',
  group: 'script',
  examples: [
    'deploytrack run --deployment gateway --version 1.4 -- ./deploy.sh',
    'deploytrack run --deployment gateway --exclusive -- make deploy',
  ],
  options: {
    ...outputOptions,
    health: url({ help: 'verify this endpoint after the script' }),
    healthTimeout: duration({ value: 't', default: verificationTimeout, help: 'time limit for --health' }),
    rollback,
    ...explainedIn('start', startOptions),
    ...explainedIn('verify', { smoke, watch, minSuccess, ...ofRollback, ...checks }),
  },
  settings: ofStarts,
  exits: {
    ...exitsOfWrapped,
    '1': 'refused, or a check failed; with --strict: recording failed',
    '3': 'with --rollback: the rollback failed too; 4: it was not allowed',
  },
  policy: { onWrongSetting: 'warn', wraps: true, migrates: true, ledger: 'begins', sends: 'bracket' },
  run: async (session: Session, { wrapped, marks: how, host, health, healthTimeoutMs, ...said }) => {
    const { context } = session;
    if (wrapped.length === 0)
      throw usageError(
        'run: missing command after `--`',
        'run `deploytrack run --deployment <name> -- ./deploy.sh`',
      );
    const verification = await verificationOf(session, { ...said, url: health, timeoutMs: healthTimeoutMs });
    if (said.dryRun) return dryRun(session, { verification, wrapped });
    const joined = await joinedRun(session);
    const marks = await marksOf(session, how);
    if (joined !== null) {
      if (verification !== null) session.warnings.push(outerDecides);
      return runWithin(session, { wrapped, marks, host, deploymentId: joined });
    }
    const gate = said.gate || said.hotfix !== null ? await import('../gate/gateOf.ts') : null;
    const begun = await begin(session, { said, admit: gate?.gateOf(session, { ...said, wrapped }) ?? null });
    if (begun === null) return endCommand(session, { code: 1 });
    const { deploymentId } = begun.mark;
    const script = { wrapped, marks, host, deploymentId };
    if (session.settings.of('id-file') !== null) {
      const { writeIdFile } = await import('../deployments/idFile.ts');
      await writeIdFile(session, deploymentId);
    }
    const child = startScript(session, script);
    let code: number | null = null;
    const verify = async (end: ChildEnd) => {
      code = verification === null ? null : await verification.after(session, { end, deploymentId });
      return code;
    };
    return besideChild(context, {
      child,
      work: (recorded) => recordRun(session, { script, child, begun, recorded, verify }),
      failed: (error) => unrecorded(session, error),
      // A failed rollback is more than the failure of the script.
      overrides: () => (code === 0 ? null : code),
    });
  },
});

/** What `run` does after its script; null without its options, and then nothing of it is loaded. */
async function verificationOf(
  session: Session,
  said: VerifyInput & StartInput,
): Promise<ScriptVerification | null> {
  const { url: health, rollback, watchMs, rollbackTimeoutMs, smoke: tests, confirm, dryRun: isDry } = said;
  const given = [health, rollback, watchMs, rollbackTimeoutMs].some((one) => one !== null);
  if (!given && tests.length === 0 && !confirm && !isDry) return null;
  const { scriptVerification } = await import('../phases/automaticRollback/afterScript.ts');
  return scriptVerification(session, said);
}

async function dryRun(
  session: Session,
  { verification, wrapped }: { verification: ScriptVerification | null; wrapped: readonly string[] },
): Promise<number> {
  session.context.stdout.write((await verification?.planned(session, wrapped)) ?? '');
  return endCommand(session, { code: 0 });
}

const outerDecides: Warning = {
  code: 'NESTED_RUN',
  message:
    'this run is part of another run, which verifies and rolls back; its own options for that were ignored',
};

/** Pushes the start, waits for the script and finishes its deployment. */
async function recordRun(
  session: Session,
  {
    script,
    child,
    begun,
    recorded,
    verify,
  }: {
    script: Script;
    child: RunningChild;
    begun: BegunDeployment;
    recorded: (code: number) => void;
    verify: (end: ChildEnd) => Promise<number | null>;
  },
): Promise<number> {
  const { context } = session;
  const { deploymentId } = begun.mark;
  // The counters at zero are pushed while the script runs, never before it.
  const sent = sendBegun(session, begun.mark).catch((error: unknown) => {
    session.warnings.push(asWarning(error, 'delivery'));
  });
  const end = await markedUntilEnd(session, { script, child });
  const verified = await verify(end);
  await Promise.race([sent, end.interrupted]);
  const at = verified === null ? end.endedAt : context.instant();
  const probed = await collectProbers(session, { deploymentId, at });
  const mark: FinishMark = {
    kind: 'finish',
    markId: context.uniqueId(),
    deploymentId,
    at,
    status: null,
    exitCode: end.shellCode === 0 ? (verified ?? 0) : end.shellCode,
    error: end.failure?.message ?? end.signal ?? null,
    notes: null,
    onExit: false,
    abandoned: false,
    discard: false,
    keepOpen: false,
    probed,
  };
  const durable = () => recorded(0);
  await settle(session, { mark, waitMs: null, json: false, recorded: durable, beforeReport: end.release });
  await forgetId(session, deploymentId);
  const code = await endCommand(session, { code: verified ?? end.shellCode });
  session.store.close();
  return code;
}

interface Script {
  readonly wrapped: readonly string[];
  readonly deploymentId: string;
  readonly marks: OutputMarks | null;
  readonly host: string | null;
}

function startScript({ context }: Session, { wrapped, deploymentId, marks }: Script): RunningChild {
  const [command = '', ...args] = wrapped;
  const env = { ...context.env, DEPLOYTRACK_ID: deploymentId, DEPLOYTRACK_RUN: deploymentId };
  if (marks === null) return startChild(context, { command, args, env });
  const relay = (world: Session['context']) => openRelay(world, { filter: marks.filter });
  return startChild(context, { command, args, env: { ...env, ...marks.environment }, relay });
}

async function marksOf(session: Session, how: 'hide' | true | null): Promise<OutputMarks | null> {
  if (how === null) return null;
  const part = await partAtHand(session, () => import('../phases/outputMarks/outputMarks.ts'));
  return part?.outputMarks(session, { hides: how === 'hide', judged: 'yes' }) ?? null;
}

/** Waits for the script, and records the marks in its output. */
async function markedUntilEnd(
  session: Session,
  { script, child }: { script: Script; child: RunningChild },
): Promise<ChildEnd> {
  const { marks, deploymentId } = script;
  if (marks === null) return child.ended;
  marks.begin({ deploymentId, service: await serviceOnHost(session, script) });
  const end = await child.ended;
  await marks.finish(end);
  return end;
}

/** A `run` inside a `run` of the same deployment only runs its script: the outer one starts and finishes it. */
async function runWithin(session: Session, script: Script): Promise<number> {
  const child = startScript(session, script);
  return besideChild(session.context, {
    child,
    work: async (recorded) => {
      const { shellCode } = await markedUntilEnd(session, { script, child });
      recorded(0);
      return endCommand(session, { code: shellCode });
    },
    failed: (error) => unrecorded(session, error),
  });
}

async function begin(
  session: Session,
  how: Pick<Parameters<typeof beginDeployment>[1], 'said' | 'admit'>,
): Promise<BegunDeployment | null> {
  const { context } = session;
  try {
    return await beginDeployment(session, {
      ...how,
      caller: identify(context, context.pid),
      callerRole: 'run',
    });
  } catch (error) {
    if (!(error instanceof DeploytrackError) || error.code !== 'REFUSED') throw error;
    context.stderr.write(problemLines(error, 'error'));
    return null;
  }
}
