import { asWarning, usageError } from '../errors.ts';
import { asLedgerError, isOfSqlite } from '../ledger/file/open.ts';
import { rotateJournal } from '../ledger/journal/takeIn.ts';
import { amountLimits } from '../limits.ts';
import type { FinishMark, Tracked } from '../marks.ts';
import type { FinalStatus } from '../model.ts';
import { lostOutput } from '../report/lostOutput.ts';
import type { Session } from '../session.ts';
import { durationMs, flag, type Invocation, number, text } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { environmentError, keptWords } from './keptWords.ts';
import { collectProbers } from './probing/collectProber.ts';
import { finishReport } from './reading/finishReport.ts';
import { send } from './sending/send.ts';
import { sendUntilDelivered } from './sending/sendUntilDelivered.ts';
import { readHostFacts } from './start/hostFacts.ts';
import { readGit } from './start/readGit.ts';
import { readTracked } from './start/readTracked.ts';
import { trackedWords } from './start/trackedWords.ts';
import { deploymentRow } from './which/whichDeployment.ts';

/** The CI's words for a status, in any case, and ours. */
const statusWords: Readonly<Record<string, FinalStatus | 'discard'>> = {
  success: 'success',
  succeeded: 'success',
  passed: 'success',
  failed: 'failed',
  failure: 'failed',
  cancelled: 'failed',
  canceled: 'failed',
  timed_out: 'failed',
  timedout: 'failed',
  warning: 'warning',
  neutral: 'warning',
  unstable: 'warning',
  succeededwithissues: 'warning',
  skipped: 'discard',
};

/** `finish`: closes the deployment. With `--on-exit` it exits with the code it was given. */
export async function finish(session: Session, invocation: Invocation): Promise<number> {
  const at = session.context.began();
  const request = await finishRequest(session, invocation);
  const given = request.onExit ? (request.exitCode ?? 0) : 0;
  const waitMs = durationMs(invocation, 'wait');
  const track = trackedWords(invocation, session.context.cwd);
  const deploymentId = chosen(session);
  if (deploymentId === null) {
    if (flag(invocation, 'json')) session.context.stdout.write('{"deployment_id":null}\n');
    return endCommand(session, { code: given });
  }
  const keepOpen = session.context.env.DEPLOYTRACK_RUN === deploymentId;
  const probed = keepOpen ? [] : await collectProbers(session, { deploymentId, at });
  const mark: FinishMark = {
    kind: 'finish',
    markId: session.context.uniqueId(),
    deploymentId,
    at,
    ...request,
    keepOpen,
    probed,
  };
  await settle(session, { mark, waitMs, track, json: flag(invocation, 'json') });
  const code = await endCommand(session, { code: given });
  session.store.close();
  // Its answer was asked for: without it the caller knows nothing of the deployment.
  const isUnheard = flag(invocation, 'json') && !request.onExit && lostOutput(session.context) !== null;
  return code === 0 && isUnheard ? 1 : code;
}

/**
 * Records the finish, the host's facts after it, and delivers; for `finish` and the end of `run`. `recorded` is called as
 * soon as the record is durable. `beforeReport` is called when all is written down and only words are
 * left.
 */
export async function settle(
  session: Session,
  {
    mark,
    waitMs,
    json,
    track = { files: [], packages: [] },
    recorded = () => {},
    beforeReport = () => {},
  }: {
    mark: FinishMark;
    waitMs: number | null;
    json: boolean;
    track?: Tracked;
    recorded?: () => void;
    beforeReport?: () => void;
  },
): Promise<void> {
  const { context, store } = session;
  const { deploymentId } = mark;
  const wasClosed = await isClosed(session, deploymentId);
  session.warnings.push(...(await store.record(mark)));
  recorded();
  const closedNow = !wasClosed && (await isClosed(session, deploymentId));
  if (closedNow) await readFacts(session, { deploymentId, said: track });
  if (waitMs === null) await send(session, { deploymentId, kind: 'bracket', adopt: 'missing' });
  else await sendUntilDelivered(session, { deploymentId, waitMs });
  beforeReport();
  await report(session, { deploymentId, json, closedNow });
  if (store.isOpen)
    rotateJournal(context, { database: await store.database(), ledgerPath: store.options.ledgerPath });
}

/** The mark is kept: that the ledger cannot be read is a word beside it. */
async function report(session: Session, closed: Parameters<typeof finishReport>[1]): Promise<void> {
  try {
    await finishReport(session, closed);
  } catch (error) {
    if (!isOfSqlite(error)) throw error;
    session.warnings.push(asWarning(asLedgerError(error, session.store.options.ledgerPath)));
  }
}

async function readFacts(session: Session, closed: { deploymentId: string; said: Tracked }): Promise<void> {
  const { deploymentId } = closed;
  await readHostFacts(session, deploymentId);
  await Promise.all([readTracked(session, closed), readGit(session, deploymentId)]);
}

async function isClosed(session: Session, deploymentId: string): Promise<boolean> {
  const row = await deploymentRow(session, deploymentId).catch(() => null);
  return row !== null && row.status !== 'in-progress';
}

type Request = Omit<FinishMark, 'kind' | 'markId' | 'deploymentId' | 'at' | 'keepOpen' | 'probed'>;

async function finishRequest(session: Session, invocation: Invocation): Promise<Request> {
  const onExit = flag(invocation, 'on-exit');
  const said = text(invocation, 'status')?.toLowerCase() ?? null;
  const status = said === null ? null : Object.hasOwn(statusWords, said) ? statusWords[said] : undefined;
  if (status === undefined)
    throw usageError(
      `--status: ${JSON.stringify(said)} is no status`,
      `expected success, warning, failed, or a CI's word: ${Object.keys(statusWords).join(', ')}`,
    );
  const exitCode = onExit
    ? onExitCode(invocation)
    : number(invocation, { name: 'exit-code', ...amountLimits.exitCode });
  const error = (await keptWords(session, invocation, 'error')) ?? environmentError(session);
  return {
    status: status === 'discard' ? null : status,
    exitCode,
    error,
    notes: await keptWords(session, invocation, 'notes'),
    onExit,
    abandoned: flag(invocation, 'abandoned'),
    discard: flag(invocation, 'discard') || status === 'discard',
  };
}

/** A trap hands over what it has, also nothing: `$LASTEXITCODE` is empty before the first program ran. */
function onExitCode(invocation: Invocation): number | null {
  const value = text(invocation, 'on-exit');
  if (value === null || value.trim() === '') return null;
  if (!/^-?\d{1,10}$/.test(value.trim()))
    throw usageError(
      `--on-exit: ${JSON.stringify(value)} is no exit code`,
      'expected `--on-exit $?` or `--on-exit $LASTEXITCODE`',
    );
  return Number(value);
}

/** `finish` never takes the only open deployment: what it closes must have been named. */
function chosen(session: Session): string | null {
  const id = session.settings.of('id');
  if (id !== null && id.text !== 'none') return id.text;
  const hint = '`deploytrack start` prints an id for DEPLOYTRACK_ID; --id names one';
  session.warnings.push({
    code: 'NO_DEPLOYMENT',
    message: 'finish: no deployment is named, nothing was closed',
    hint,
    failed: 'recording',
  });
  return null;
}
