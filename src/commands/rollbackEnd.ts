import { defineCommand } from '../cli/define/command.ts';
import { checkOptions, verificationTimeout } from '../cli/define/healthOptions.ts';
import { duration, flag, url } from '../cli/define/kinds.ts';
import { exitCode } from '../cli/define/phaseOptions.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { ofDeploymentOption } from '../cli/define/startOptions.ts';
import { errorText } from '../cli/define/wrapOptions.ts';
import { type ResolvedDeployment, serviceOf } from '../deployments/resolveDeployment.ts';
import { ofDeployment, resolveForRecord } from '../deployments/resolveForRecord.ts';
import { textArgument } from '../deployments/textArgument.ts';
import { successfulResult } from '../ledger/marks/applyPhaseEnd.ts';
import { openRollback } from '../ledger/marks/openRollback.ts';
import type { StageResult } from '../marks.ts';
import type { Instant } from '../model.ts';
import { phaseEndMark } from '../phases/phaseMarks.ts';
import { separateRollbackMark } from '../phases/rollbackMark.ts';
import { send } from '../push/pushGroups.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { doubtOf, healthOf, isHealthy, type RestoredHealth } from './rollback.ts';

/** `rollback end`: closes the newest open rollback of the deployment, from whatever process. */
export const command = defineCommand({
  name: 'rollback end',
  after: 'rollback start',
  summary: 'mark the end of a rollback and record its result',
  group: 'script',
  examples: [
    'deploytrack rollback end --exit-code $?',
    'deploytrack rollback end --health http://localhost:8080/health',
  ],
  options: {
    exitCode,
    failed: flag({ help: 'the rollback failed' }),
    error: { ...errorText, help: 'error message of a failed rollback; @file or - reads it' },
    of: ofDeploymentOption,
    health: url({ help: 'verify the version that is now in service' }),
    timeout: duration({ help: 'time limit of the verification', otherwise: verificationTimeout }),
    ...checkOptions,
  },
  settings: ofMarks,
  exits: {
    '0': 'recorded; also if recording or pushing failed, with a warning',
    '1': 'with --health: not healthy, or the rollback failed; with --strict: recording or pushing failed',
  },
  policy: { onWrongSetting: 'warn', sends: 'mark' },
  run: async (session: Session, said) => {
    const at = session.context.began();
    const of = ofDeployment(said.of);
    const health = said.health === null ? null : await healthOf(session, { ...said, url: said.health });
    const result = await resultOf(session, said);
    const which = await resolveForRecord(session, { of, finishedToo: true });
    session.warnings.push(...which.warnings);
    const healthy = await recordEnd(session, { which, at, result, health });
    await send(session, { deploymentId: which.deploymentId, adopt: 'never' });
    return endCommand(session, { code: health === null || healthy ? 0 : 1 });
  },
});

/** An error message alone means a failure. */
async function resultOf(
  session: Session,
  said: { exitCode: number | null; failed: boolean; error: string | null },
): Promise<StageResult> {
  const { exitCode: code, failed } = said;
  const error = await textArgument(session, { name: 'error', value: said.error });
  if ((code ?? 0) === 0 && !failed && (said.error === null || error === ''))
    return { ...successfulResult, exitCode: code };
  const [errorType, words] =
    (code ?? 0) === 0 ? (['other', null] as const) : (['exit_code', `exit code ${code}`] as const);
  return { ...successfulResult, status: 'failed', exitCode: code, errorType, errorMessage: error ?? words };
}

interface Ending {
  readonly which: ResolvedDeployment;
  readonly at: Instant;
  readonly result: StageResult;
  readonly health: RestoredHealth | null;
}

/** Records the end, after the verification if there is one; returns whether the rollback was successful. */
async function recordEnd(session: Session, { which, at, result, health }: Ending): Promise<boolean> {
  const { context, store, warnings } = session;
  const { deploymentId } = which;
  const cameBack = result.status === 'success';
  const separate = { service: serviceOf(session), probed: [] };
  const open = deploymentId === null || health === null ? null : await readOpen(session, deploymentId);
  if (deploymentId !== null && open?.isRunning === 1) {
    // The time of the verification is not the rollback's.
    const run = { deploymentId, stage: 'rollback', runId: open.rollbackId, service: open.service };
    const ended = await store.record(phaseEndMark(context, { ...run, at, result }));
    warnings.push(...ended.filter(({ code }) => code !== 'LATE'));
  }
  const toVersion = open?.toVersion ?? null;
  const healthy = cameBack && (await isHealthy(session, { plan: { health, toVersion }, which }));
  if (deploymentId === null) return healthy;
  const error = cameBack && !healthy ? doubtOf(health) : result.errorMessage;
  const mark = separateRollbackMark(context, {
    ...{ deploymentId, reason: 'manual', toVersion: null, step: 'end', separate },
    at: health === null ? at : context.instant(),
    success: healthy,
    exitCode: result.exitCode,
    error,
  });
  warnings.push(...(await store.record(mark)));
  return healthy;
}

/** The end itself reports that the ledger cannot be used, or that no rollback is open. */
async function readOpen({ store }: Session, deploymentId: string) {
  try {
    return openRollback(await store.database(), deploymentId);
  } catch {
    return null;
  }
}
