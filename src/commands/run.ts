import { besideChild } from '../child/beside.ts';
import { type RunningChild, startChild } from '../child/run.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfWrapped } from '../cli/define/exits.ts';
import { ofStarts } from '../cli/define/settingLists.ts';
import { startOptions } from '../cli/define/startOptions.ts';
import { type BegunDeployment, beginDeployment, sendBegun } from '../deployments/beginDeployment.ts';
import { joinedRun } from '../deployments/joinedRun.ts';
import type { StartInput } from '../deployments/startMark.ts';
import { asWarning, DeploytrackError, usageError } from '../errors.ts';
import type { FinishMark } from '../marks.ts';
import { collectProbers } from '../probe/cutover/collectProber.ts';
import { identify } from '../processes.ts';
import { problemLines } from '../report/messages/warnings.ts';
import { endCommand } from '../session/openSession.ts';
import { unrecorded } from '../session/unrecorded.ts';
import type { Session } from '../session.ts';
import { settle } from './finish.ts';

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
  options: startOptions,
  settings: ofStarts,
  exits: { ...exitsOfWrapped, '1': 'refused by --exclusive; with --strict: recording failed' },
  policy: { onWrongSetting: 'warn', wraps: true, migrates: true, ledger: 'begins', sends: 'bracket' },
  run: async (session: Session, { wrapped, ...said }) => {
    const { context } = session;
    if (wrapped.length === 0)
      throw usageError(
        'run: missing command after `--`',
        'run `deploytrack run --deployment <name> -- ./deploy.sh`',
      );
    const joined = await joinedRun(session);
    if (joined !== null) return runWithin(session, { wrapped, deploymentId: joined });
    const begun = await begin(session, said);
    if (begun === null) return endCommand(session, { code: 1 });
    const { deploymentId } = begun.mark;
    const child = startScript(session, { wrapped, deploymentId });
    return besideChild(context, {
      child,
      work: (recorded) => recordRun(session, { child, begun, recorded }),
      failed: (error) => unrecorded(session, error),
    });
  },
});

/** Pushes the start, waits for the script and finishes its deployment. */
async function recordRun(
  session: Session,
  {
    child,
    begun,
    recorded,
  }: { child: RunningChild; begun: BegunDeployment; recorded: (code: number) => void },
): Promise<number> {
  const { context } = session;
  const { deploymentId } = begun.mark;
  // The counters at zero are pushed while the script runs, never before it.
  const sent = sendBegun(session, begun.mark).catch((error: unknown) => {
    session.warnings.push(asWarning(error, 'delivery'));
  });
  const end = await child.ended;
  await Promise.race([sent, end.interrupted]);
  const probed = await collectProbers(session, { deploymentId, at: end.endedAt });
  const mark: FinishMark = {
    kind: 'finish',
    markId: context.uniqueId(),
    deploymentId,
    at: end.endedAt,
    status: null,
    exitCode: end.shellCode,
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
  const code = await endCommand(session, { code: end.shellCode });
  session.store.close();
  return code;
}

interface Script {
  readonly wrapped: readonly string[];
  readonly deploymentId: string;
}

function startScript({ context }: Session, { wrapped, deploymentId }: Script): RunningChild {
  const [command = '', ...args] = wrapped;
  const env = { ...context.env, DEPLOYTRACK_ID: deploymentId, DEPLOYTRACK_RUN: deploymentId };
  return startChild(context, { command, args, env });
}

/** A `run` inside a `run` of the same deployment only runs its script: the outer one starts and finishes it. */
async function runWithin(session: Session, script: Script): Promise<number> {
  const child = startScript(session, script);
  return besideChild(session.context, {
    child,
    work: async (recorded) => {
      const { shellCode } = await child.ended;
      recorded(0);
      return endCommand(session, { code: shellCode });
    },
    failed: (error) => unrecorded(session, error),
  });
}

async function begin(session: Session, said: StartInput): Promise<BegunDeployment | null> {
  const { context } = session;
  try {
    return await beginDeployment(session, {
      said,
      caller: identify(context, context.pid),
      callerRole: 'run',
    });
  } catch (error) {
    if (!(error instanceof DeploytrackError) || error.code !== 'REFUSED') throw error;
    context.stderr.write(problemLines(error, 'error'));
    return null;
  }
}
