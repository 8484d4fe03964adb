import { defineCommand } from '../cli/define/command.ts';
import { exitsOfMark } from '../cli/define/exits.ts';
import { content, line } from '../cli/define/kinds.ts';
import { ofMarks } from '../cli/define/settingLists.ts';
import { ofDeploymentOption } from '../cli/define/startOptions.ts';
import { serviceOf } from '../deployments/resolveDeployment.ts';
import { ofDeployment, resolveForRecord } from '../deployments/resolveForRecord.ts';
import { reasonOf } from '../deployments/rollbackReason.ts';
import { separateRollbackMark } from '../phases/rollbackMark.ts';
import { collectProbers } from '../probe/cutover/collectProber.ts';
import { send } from '../push/pushGroups.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/** `rollback start`: for a rollback that cannot be run as one command. Open phases end as failed at this moment. */
export const command = defineCommand({
  name: 'rollback start',
  after: 'rollback',
  summary: 'mark the start of a rollback and end open phases as failed',
  group: 'script',
  examples: [
    'deploytrack rollback start --reason health_check_failed',
    'deploytrack rollback start --to 1.3 --of 20260114T142400Z-262f087e',
  ],
  options: {
    reason: content({ help: 'why, in 1 to 200 characters', otherwise: 'manual' }),
    to: line({ value: 'version', help: 'version to roll back to', otherwise: 'the previous one' }),
    of: ofDeploymentOption,
  },
  settings: ofMarks,
  exits: exitsOfMark,
  policy: { onWrongSetting: 'warn', sends: 'mark' },
  run: async (session: Session, said) => {
    const at = session.context.began();
    const of = ofDeployment(said.of);
    const reason = await reasonOf(session, said.reason);
    const { deploymentId, warnings } = await resolveForRecord(session, { of, finishedToo: true });
    session.warnings.push(...warnings);
    if (deploymentId === null) return endCommand(session, { code: 0 });
    const probed = await collectProbers(session, { deploymentId, at });
    const separate = { service: serviceOf(session), probed };
    const result = { success: false, exitCode: null, error: null };
    const facts = {
      deploymentId,
      at,
      reason,
      toVersion: said.to,
      step: 'begin',
      separate,
      ...result,
    } as const;
    session.warnings.push(...(await session.store.record(separateRollbackMark(session.context, facts))));
    const kept = session.warnings.length;
    await send(session, { deploymentId, adopt: 'never' });
    return endCommand(session, { code: 0, kept });
  },
});
