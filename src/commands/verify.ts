import { leaveLike } from '../child/leave.ts';
import { optionalText } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { checkOptions, rollbackOptions, smoke, verificationOptions } from '../cli/define/healthOptions.ts';
import { explainedIn } from '../cli/define/kinds.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { ofDeploymentOption } from '../cli/define/startOptions.ts';
import { ofDeployment, resolveForRecord } from '../deployments/resolveForRecord.ts';
import { usageError } from '../errors.ts';
import { runChecks } from '../phases/automaticRollback/checks.ts';
import { continueOpen } from '../phases/automaticRollback/continueOpen.ts';
import { readVerifyPlan, type VerifyPlan } from '../phases/automaticRollback/plan.ts';
import { afterFailedCheck, planned } from '../phases/automaticRollback/rollBack.ts';
import { tellUnknown } from '../phases/automaticRollback/words.ts';
import { send } from '../push/pushGroups.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

const { allowFailure: _, ...checks } = checkOptions;
const { watch, minSuccess, timeout } = verificationOptions;

/** `verify [<url>]`: health, smoke tests and watch after a cutover; with `--rollback` a rollback if one of them fails. */
export const command = defineCommand({
  name: 'verify',
  after: 'smoke',
  summary: 'check a new version after its cutover, and roll it back if a check fails',
  group: 'script',
  examples: [
    'deploytrack verify http://localhost:8080/health --watch 5m',
    "deploytrack verify --smoke 'login=./login.sh' --rollback @./back.sh",
  ],
  args: { url: optionalText({ help: 'http://…, https://… or tcp://host:port' }) },
  options: {
    smoke,
    watch,
    minSuccess,
    timeout,
    ...rollbackOptions,
    of: ofDeploymentOption,
    ...explainedIn('health', checks),
  },
  settings: ofMarks,
  exits: {
    '0': 'all checks passed',
    '1': 'a check failed: rolled back, or there was nothing to roll back',
    '3': 'a check failed, and the rollback failed too',
    '4': 'a check failed, and the rollback was not allowed',
  },
  policy: { onWrongSetting: 'warn', sends: 'mark' },
  run: async (session: Session, { of, ...said }) => {
    const plan = await readVerifyPlan(session, said);
    if (plan.health === null && plan.smokes.length === 0)
      throw usageError(
        'verify: missing URL or --smoke',
        "run `deploytrack verify http://localhost:8080/health`, or use --smoke '<test>=<command>'",
      );
    const which = await resolveForRecord(session, { of: ofDeployment(of), finishedToo: true });
    session.warnings.push(...which.warnings);
    const { deploymentId } = which;
    if (said.dryRun) return dryRun(session, { plan, deploymentId });
    const code = await verifyOnce(session, { plan, deploymentId });
    await send(session, { deploymentId, adopt: 'never' });
    return endCommand(session, { code });
  },
});

interface Verifying {
  readonly plan: VerifyPlan;
  readonly deploymentId: string | null;
}

/** Checks, and rolls back if that was asked for; an interrupted rollback is continued instead. The exit code. */
async function verifyOnce(session: Session, { plan, deploymentId }: Verifying): Promise<number> {
  const { rollback: order } = plan;
  if (order !== null && deploymentId !== null) {
    const continued = await continueOpen(session, { plan, order, deploymentId });
    if (continued !== null) return continued;
  }
  const { failure, attempts, interrupted } = await runChecks(session, {
    plan,
    deploymentId,
    expectVersion: null,
  });
  if (interrupted !== null) return leaveLike(session.context, interrupted);
  if (failure === null) return 0;
  if (order === null) return 1;
  if (deploymentId === null) {
    tellUnknown(session.context, failure);
    return 1;
  }
  const question = { deploymentId, succeeded: false };
  const failed = { question, plan, order, failure, attempts, interrupted: null };
  return (await afterFailedCheck(session, failed)) ?? 1;
}

async function dryRun(session: Session, { plan, deploymentId }: Verifying): Promise<number> {
  if (plan.rollback !== null && deploymentId !== null) {
    const question = { deploymentId, succeeded: false };
    session.context.stdout.write(`${await planned(session, { question, order: plan.rollback })}\n`);
  }
  return endCommand(session, { code: 0 });
}
