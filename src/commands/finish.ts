import { defineCommand } from '../cli/define/command.ts';
import { content, duration, flag, maybe, text } from '../cli/define/kinds.ts';
import { exitCode } from '../cli/define/phaseOptions.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { sendBudgetMs } from '../cli/define/settings.ts';
import { trackOptions } from '../cli/define/startOptions.ts';
import { errorText } from '../cli/define/wrapOptions.ts';
import { finishRequest } from '../deployments/finishRequest.ts';
import { readGit } from '../deployments/readGit.ts';
import { readHostFacts } from '../deployments/readHostFacts.ts';
import { readTracked } from '../deployments/readTracked.ts';
import { deploymentRow, toFinish } from '../deployments/resolveDeployment.ts';
import { rollUp } from '../deployments/rollUp.ts';
import { trackedItems } from '../deployments/trackedItems.ts';
import { asWarning, type Warning } from '../errors.ts';
import { asLedgerError, isOfSqlite } from '../ledger/file/open.ts';
import { rotateJournal } from '../ledger/journal/importJournals.ts';
import { tidySpools } from '../ledger/journal/tidySpools.ts';
import { startedElsewhere } from '../ledger/marks/deploymentProcesses.ts';
import type { FinishMark, Tracked } from '../marks.ts';
import { finalStatuses } from '../model.ts';
import { collectProbers } from '../probe/cutover/collectProber.ts';
import { callingProcess } from '../processes.ts';
import { send } from '../push/pushGroups.ts';
import { sendUntilDelivered } from '../push/sendUntilDelivered.ts';
import { finishReport } from '../report/finishReport.ts';
import { asciiJson } from '../report/json.ts';
import { lostOutput } from '../report/messages/warnings.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { hasStore } from '../settings/hasStore.ts';

/** `finish`: closes the deployment. With `--on-exit` it exits with the given code. */
export const command = defineCommand({
  name: 'finish',
  after: 'cost',
  summary: 'finish the deployment',
  group: 'script',
  examples: ['deploytrack finish', "trap 'deploytrack finish --on-exit $? || :' EXIT"],
  options: {
    exitCode,
    onExit: maybe({
      value: 'n',
      help: 'for traps: close the deployment if it is open, then exit with the given code',
    }),
    status: text({
      value: 'status',
      help: "success, warning, failed, or the CI's name for it",
      offered: finalStatuses,
    }),
    error: { ...errorText, help: 'error message (DEPLOYTRACK_ERROR); @file or - reads it' },
    notes: content({ help: 'free-form text; @file or - reads it' }),
    abandoned: flag({ help: 'mark the deployment as abandoned' }),
    discard: flag({ help: 'exclude this deployment from all statistics' }),
    wait: duration({ help: 'keep trying to push for this long' }),
    json: flag({ help: 'print the result as one line of JSON' }),
    ...trackOptions,
  },
  settings: ['id-file', ...ofMarks, 'adopt-timeout'],
  exits: {
    '0': 'recorded; also if recording or pushing failed, with a warning',
    n: 'with --on-exit: the code that was given',
    '1': 'with --strict: recording or pushing failed',
  },
  policy: { onWrongSetting: 'warn', sends: 'bracket' },
  run: async (session: Session, { waitMs, json, ...said }) => {
    const at = session.context.began();
    const request = await finishRequest(session, said);
    const given = request.onExit ? (request.exitCode ?? 0) : 0;
    const track = trackedItems(said, session.context.cwd);
    const { deploymentId, warnings } = await toFinish(session, { onExit: request.onExit });
    session.warnings.push(...warnings);
    if (deploymentId === null) {
      if (json) printNone(session, warnings);
      return endCommand(session, { code: given });
    }
    if (await isOfAnotherScript(session, deploymentId)) return endCommand(session, { code: given });
    const keepOpen = session.context.env.DEPLOYTRACK_RUN === deploymentId;
    const probed = keepOpen ? [] : await collectProbers(session, { deploymentId, at });
    const markId = session.context.uniqueId();
    const mark: FinishMark = { kind: 'finish', markId, deploymentId, at, ...request, keepOpen, probed };
    await settle(session, { mark, waitMs, track, json });
    if (!keepOpen) await forgetId(session, deploymentId);
    const code = await endCommand(session, { code: given });
    session.store.close();
    // `--json` needs a result even then: without it the caller knows nothing of the deployment.
    const isUnheard = json && !request.onExit && lostOutput(session.context) !== null;
    return code === 0 && isUnheard ? 1 : code;
  },
});

/** The trap of the shell integration closes only what its own script has started. Unknown is no. */
async function isOfAnotherScript(session: Session, deploymentId: string): Promise<boolean> {
  const { context, store } = session;
  if (context.env.DEPLOYTRACK_SHELL !== 'exit' || context.pidNamespace() === null) return false;
  try {
    return startedElsewhere(await store.database(), { deploymentId, process: callingProcess(context) });
  } catch {
    return false;
  }
}

/** The result of `--json` without a deployment, with the reason. */
function printNone({ context }: Session, warnings: readonly Warning[]): void {
  const error = warnings[0]?.message;
  context.stdout.write(`${asciiJson({ deployment_id: null, ...(error === undefined ? {} : { error }) })}\n`);
}

/** After the end of a deployment, for `finish` and `run`. */
export async function forgetId(session: Session, id: string): Promise<void> {
  if (session.settings.of('id-file') === null) return;
  const { removeIdFile } = await import('../deployments/idFile.ts');
  removeIdFile(session, id);
}

/**
 * Records the finish, then the host's facts, and pushes; for `finish` and the end of `run`. `recorded` is called as
 * soon as the record is durable. `beforeReport` is called when everything is stored and only the report is left.
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
  await Promise.all([
    waitMs === null
      ? send(session, { deploymentId, adopt: 'missing' })
      : sendUntilDelivered(session, { deploymentId, waitMs }),
    sendRows(session, { waitMs }),
  ]);
  beforeReport();
  await report(session, { deploymentId, json, closedNow });
  if (!store.isOpen) return;
  await rollUp(session);
  const { ledgerPath } = store.options;
  const database = await store.database();
  tidySpools(context, { database, ledgerPath });
  if (rotateJournal(context, { database, ledgerPath })) {
    const { makeJournal } = await import('../ledger/journal/makeJournal.ts');
    makeJournal(store.options);
  }
}

/** The mark was saved; that the ledger cannot be read is only a warning. */
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

/** While the push runs: neither waits for the other. */
async function sendRows(session: Session, { waitMs }: { waitMs: number | null }): Promise<void> {
  if (!hasStore(session)) return;
  try {
    const { syncBeside } = await import('../fleet/syncBeside.ts');
    await syncBeside(session, { budgetMs: waitMs ?? sendBudgetMs('bracket') });
  } catch (error) {
    const { message, ...warning } = asWarning(error, 'delivery');
    const end = 'the deployment was recorded, and its rows wait in the ledger';
    session.warnings.push({ ...warning, message: `${message}; ${end}` });
  }
}
