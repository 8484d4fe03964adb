import { phaseName } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { exitsOfMark } from '../cli/define/exits.ts';
import { exitCode, phaseStatus } from '../cli/define/phaseOptions.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import {
  allowFailure,
  errorText,
  extractOptions,
  migrateOptions,
  probeTimeout,
  wrapOptions,
} from '../cli/define/wrapOptions.ts';
import { resolveDeployment, serviceOf } from '../deployments/resolveDeployment.ts';
import { environmentError, textArgument } from '../deployments/textArgument.ts';
import { successfulResult } from '../ledger/marks/applyPhaseEnd.ts';
import type { StageResult } from '../marks.ts';
import { failurePolicy, hasFacts, phaseEndMark } from '../phases/phaseMarks.ts';
import { callerToken, ownToken } from '../processes.ts';
import { send } from '../push/pushGroups.ts';
import { endCommand } from '../session/openSession.ts';
import { partAtHand } from '../session/unrecorded.ts';
import type { Session } from '../session.ts';

/**
 * `phase end <phase>`: ends the newest open run, those of its own script first. A failing `--exit-code` does not change
 * our own exit code.
 */
export const command = defineCommand({
  name: 'phase end',
  after: 'phase start',
  summary: 'mark the end of a phase',
  group: 'script',
  examples: ['deploytrack phase end build', 'deploytrack phase end migration --exit-code $?'],
  args: { phase: phaseName() },
  options: {
    exitCode,
    status: phaseStatus,
    error: { ...errorText, help: 'error message, alone it means failed; @file or - reads it' },
    allowFailure,
    try: wrapOptions.try,
    count: migrateOptions.count,
    countFile: migrateOptions.countFile,
    databaseFile: migrateOptions.databaseFile,
    ...extractOptions,
    probeTimeout,
  },
  settings: ['id-file', ...ofMarks],
  exits: exitsOfMark,
  policy: { fast: true, onWrongSetting: 'warn', sends: 'mark' },
  run: async (session: Session, { phase, probeTimeoutMs, ...said }) => {
    const at = session.context.began();
    const judged = failurePolicy(said);
    const result = { ...(await resultOf(session, said)), judged };
    const { deploymentId, warnings } = await resolveDeployment(session);
    session.warnings.push(...warnings);
    if (deploymentId === null) return endCommand(session, { code: 0 });
    const service = serviceOf(session);
    const waitMs = result.status === 'success' ? probeTimeoutMs : 0;
    const callers = { caller: callerToken(session.context), replaced: ownToken(session.context) };
    const cutover = { deploymentId, service, at, waitMs, ...callers };
    const probing =
      phase === 'cutover'
        ? await partAtHand(session, () => import('../probe/cutover/collectProber.ts'))
        : null;
    const downtime = (await probing?.collectProber(session, cutover)) ?? null;
    const facts = hasFacts(said) ? await partAtHand(session, () => import('../phases/phaseFacts.ts')) : null;
    const known = { at, deploymentId, stage: phase, service, result, downtime, ...callers };
    const mark = phaseEndMark(session.context, { ...known, ...(await facts?.phaseFacts(session, said)) });
    session.warnings.push(...(await session.store.record(mark)));
    const kept = session.warnings.length;
    await send(session, { deploymentId, adopt: 'never' });
    return endCommand(session, { code: 0, kept });
  },
});

async function resultOf(
  session: Session,
  said: { exitCode: number | null; status: 'success' | 'failed' | null; error: string | null },
): Promise<StageResult> {
  const code = said.exitCode;
  const given =
    said.error === null ? null : await textArgument(session, { name: 'error', value: said.error });
  const isFailed = code === null ? said.error !== null && given !== '' : code !== 0;
  const status = said.status ?? (isFailed ? 'failed' : 'success');
  if (status === 'success') return { ...successfulResult, exitCode: code };
  const error = given ?? environmentError(session);
  return {
    ...successfulResult,
    status,
    exitCode: code,
    errorType: (code ?? 0) === 0 ? 'other' : 'exit_code',
    errorMessage: error ?? (code === null ? null : `exit code ${code}`),
  };
}
